import * as hessian from './hessian.ts';
import type { Message } from './message.ts';
import { type SymbolId, symbols } from './symbols.ts';

const MAX_NAME = 256;
const EXCEPTION = symbols.ofText('exception');
const [HESSIAN2, FASTJSON, KRYO, FST, KRYO2] = [2, 6, 8, 9, 25] as const;

/** How a body writes its values; others than these are not read. */
export function isReadable(serialization: number): boolean {
  return serialization === HESSIAN2 || serialization === FASTJSON || isKryo(serialization);
}

function isKryo(serialization: number): boolean {
  return serialization === KRYO || serialization === FST || serialization === KRYO2;
}

/** Dubbo's version, service, its version, method, types of parameters, values, attachments. */
export function readInvocation(
  serialization: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): void {
  const next = serialization === HESSIAN2 ? hessian.readString : serialization === FASTJSON ? readJson : readKryo;
  const { string } = hessian;
  if (!next(bytes, at, end)) return;
  message.version = name(bytes);
  if (!next(bytes, string.after, end)) return;
  message.target = name(bytes);
  if (!next(bytes, string.after, end) || !next(bytes, string.after, end)) return;
  message.operation = name(bytes);
}

const scratch = new Uint8Array(MAX_NAME);

/** The string found last; Kryo marks its end by the highest bit of the last letter. */
function name(bytes: Uint8Array): SymbolId {
  const { at, end } = hessian.string;
  const marked = end > at && bytes[end - 1] >= 0x80 && (end - at === 1 || bytes[end - 2] < 0x80);
  if (!marked) return symbols.of(bytes, at, Math.min(end, at + MAX_NAME));
  const length = Math.min(end - at, MAX_NAME);
  for (let i = 0; i < length; i++) scratch[i] = bytes[at + i] & 0x7f;
  return symbols.of(scratch, 0, length);
}

/** A line that holds one string. */
function readJson(bytes: Uint8Array, at: number, end: number): boolean {
  const { string } = hessian;
  let stop = at;
  while (stop < end && bytes[stop] !== 0x0a) stop++;
  if (stop >= end || bytes[at] !== 0x22) return false;
  string.after = stop + 1;
  while (stop > at && bytes[stop] !== 0x22) stop--;
  string.at = at + 1;
  string.end = stop;
  return stop > at;
}

/** Letters of one byte, the last with its highest bit set; or a length plus one, then UTF-8. */
function readKryo(bytes: Uint8Array, at: number, end: number): boolean {
  const { string } = hessian;
  if (at >= end) return false;
  if (bytes[at] & 0x80) {
    const length = (bytes[at] & 0x3f) - 1;
    if (length < 0 || bytes[at] & 0x40) return false;
    string.at = at + 1;
    string.end = string.after = at + 1 + length;
    return string.end <= end;
  }
  string.at = at;
  while (at < end && bytes[at] < 0x80) at++;
  string.end = string.after = at + 1;
  return at < end;
}

/** What an answer with status 20 holds: 0 and 3 say that the method threw. */
export function readResult(serialization: number, bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (at >= end) return;
  const kind = serialization === HESSIAN2 ? bytes[at] - 0x90 : serialization === FASTJSON ? bytes[at] - 0x30 : -1;
  if (kind !== 0 && kind !== 3) return;
  message.error = EXCEPTION;
  if (serialization === HESSIAN2 && bytes[at + 1] === 0x43 && hessian.readString(bytes, at + 2, end))
    message.error = name(bytes);
}
