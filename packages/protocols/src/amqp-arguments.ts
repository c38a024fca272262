import { CODE, KEY, type Method, NO_WAIT, PASS, SKIP_1, SKIP_2, SKIP_8 } from './amqp-methods.ts';
import { u16be } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

const GENERATED = symbols.ofText('amq.gen-{id}');
const scratch = new Uint8Array(600);

/** What the arguments of the method that was read last say. */
class Arguments {
  target: SymbolId = EMPTY;
  noWait = false;
  code = 0;
  text: SymbolId = EMPTY;
  /** Where what follows the arguments begins (for close: class and method of what failed). */
  at = 0;
  /** Arguments lay beyond the end. */
  short = false;
}
export const read = new Arguments();

/** Reads `bytes[at, end)` as the arguments of a method to `read`. */
export function readArguments(method: Method, bytes: Uint8Array, at: number, end: number): void {
  read.target = EMPTY;
  read.noWait = false;
  read.code = 0;
  read.text = EMPTY;
  let length = 0;
  for (let i = 0; i < method.args.length && at <= end; i++) {
    const arg = method.args[i];
    if (arg >= NO_WAIT) {
      read.noWait = at < end && ((bytes[at] >> (arg - NO_WAIT)) & 1) === 1;
      at++;
    } else if (arg === SKIP_1 || arg === SKIP_2 || arg === SKIP_8) at += arg === SKIP_8 ? 8 : arg === SKIP_2 ? 2 : 1;
    else {
      if (arg === CODE) {
        read.code = at + 2 <= end ? u16be(bytes, at) : 0;
        at += 2;
      }
      if (at >= end) {
        at = end + 1;
        break;
      }
      const start = at + 1;
      at = start + bytes[at];
      if (at > end) break;
      if (arg === CODE) read.text = scrub(bytes, start, at);
      else if (arg !== PASS) length = append(bytes, start, at, length, arg === KEY);
    }
  }
  read.short = at > end;
  read.at = at;
  if (length > 0) read.target = isGenerated(length) ? GENERATED : keyPattern(scratch, 0, length);
}

/** Appends a name to the target: `exchange:key`, and the one alone where the other is empty. */
function append(bytes: Uint8Array, start: number, end: number, length: number, isKey: boolean): number {
  if (isKey && length > 0 && end > start) scratch[length++] = 0x3a;
  for (let i = start; i < end; i++) scratch[length++] = bytes[i];
  return length;
}

/** Whether the name is one that the broker made up for a queue. */
function isGenerated(length: number): boolean {
  const prefix = 'amq.gen-';
  if (length <= prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (scratch[i] !== prefix.charCodeAt(i)) return false;
  return true;
}
