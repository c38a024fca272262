import { decimal, equalsIgnoreCase, startsWith, u32be } from './bytes.ts';
import type { Message } from './message.ts';
import { type SymbolId, symbols } from './symbols.ts';
import { templatePath } from './template.ts';

const MAX_NAME = 256;
const STATUS: SymbolId[] = [];
const HTTP_OK = 200;
const REDIRECT = 302;
const MAX_HEAD = 4096;

let length = 0;

/** Reads a length of one or four bytes into `length`: where it ends, or -1. */
function lengthEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  length = bytes[at];
  if (length < 0x80) return at + 1;
  if (at + 4 > end) return -1;
  length = u32be(bytes, at) & 0x7fffffff;
  return at + 4;
}

/** Name-value pairs: the method, path and host of the request. */
export function readParams(bytes: Uint8Array, at: number, end: number, message: Message): void {
  while (at < end) {
    at = lengthEnd(bytes, at, end);
    const nameLength = length;
    if (at >= 0) at = lengthEnd(bytes, at, end);
    if (at < 0) return;
    const value = at + nameLength;
    const stop = value + length;
    if (stop > end) return;
    if (is(bytes, at, value, 'REQUEST_METHOD'))
      message.operation = symbols.of(bytes, value, Math.min(stop, value + 32));
    else if (is(bytes, at, value, 'REQUEST_URI')) message.target = pathOf(bytes, value, stop);
    else if (is(bytes, at, value, 'SCRIPT_NAME')) message.target ||= pathOf(bytes, value, stop);
    else if (is(bytes, at, value, 'HTTP_HOST'))
      message.namespace = symbols.of(bytes, value, Math.min(stop, value + MAX_NAME));
    else if (is(bytes, at, value, 'SERVER_NAME'))
      message.namespace ||= symbols.of(bytes, value, Math.min(stop, value + MAX_NAME));
    at = stop;
  }
}

function is(bytes: Uint8Array, at: number, end: number, name: string): boolean {
  return end - at === name.length && startsWith(bytes, at, end, name);
}

function pathOf(bytes: Uint8Array, at: number, end: number): SymbolId {
  let stop = at;
  while (stop < end && bytes[stop] !== 0x3f) stop++;
  return templatePath(bytes, at, stop);
}

/** The head of a CGI response (RFC 3875 §6): without `Status` it is 200, or 302 where it names another location. */
export function readHead(bytes: Uint8Array, at: number, end: number, message: Message): void {
  let code = HTTP_OK;
  end = Math.min(end, at + MAX_HEAD);
  while (at < end) {
    let stop = at;
    while (stop < end && bytes[stop] !== 0x0a) stop++;
    if (stop - at <= 1) break;
    let colon = at;
    while (colon < stop && bytes[colon] !== 0x3a) colon++;
    if (equalsIgnoreCase(bytes, at, colon, 'status')) {
      const digits = bytes[colon + 1] === 0x20 ? colon + 2 : colon + 1;
      const found = digits + 3 <= stop ? decimal(bytes, digits, digits + 3) : -1;
      if (found >= 100) code = found;
      break;
    }
    if (equalsIgnoreCase(bytes, at, colon, 'location')) code = REDIRECT;
    at = stop + 1;
  }
  message.status = STATUS[code] ??= symbols.ofText(String(code));
  if (code >= 500) message.error = message.status;
}
