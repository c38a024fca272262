import { CR, LF } from './bytes.ts';

/** The syntax of RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/). */

export const MAX_LINE = 1 << 16;
export const MAX_COUNT = 1 << 20;
export const MAX_NAME = 64;
export const MAX_BULK = 2 ** 40;

export const [STAR, DOLLAR, PLUS, MINUS, PUSH] = [0x2a, 0x24, 0x2b, 0x2d, 0x3e];
export const [INTEGER, DOUBLE, BOOLEAN, NULL, BIG] = [0x3a, 0x2c, 0x23, 0x5f, 0x28];
export const [VERBATIM, BULK_ERROR, SET, MAP, ATTRIBUTE] = [0x3d, 0x21, 0x7e, 0x25, 0x7c];

/** Where the element that was read last ends. */
export let after = 0;
export const INCOMPLETE = -2;
export const INVALID = -3;

/** The number of the header line at `at` (`*3`, `$-1`), `after` its line end; -1 is null. */
export function header(bytes: Uint8Array, at: number, end: number): number {
  let i = at + 1;
  let value = 0;
  if (i < end && bytes[i] === MINUS) {
    if (end - i < 4) return INCOMPLETE;
    after = i + 4;
    return bytes[i + 1] === 0x31 && bytes[i + 2] === CR && bytes[i + 3] === LF ? -1 : INVALID;
  }
  for (; i < end; i++) {
    const digit = bytes[i] - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === end) return i - at > 16 ? INVALID : INCOMPLETE;
  if (bytes[i] !== CR || i === at + 1 || i - at > 15) return INVALID;
  if (i + 1 === end) return INCOMPLETE;
  after = i + 2;
  return bytes[i + 1] === LF ? value : INVALID;
}

/** The index after the line end that follows `at`, or -1. */
export function lineAfter(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === LF) return i + 1;
  return -1;
}

/** `[argAt, argEnd)` is the argument that was read last. */
export let argAt = 0;
export let argEnd = 0;

/** The bulk string at `at`: 1 and `[argAt, argEnd)`, `after` it; 0 where it is not whole; INVALID. */
export function argument(bytes: Uint8Array, at: number, end: number, most: number): number {
  if (at >= end) return 0;
  if (bytes[at] !== DOLLAR) return INVALID;
  const length = header(bytes, at, end);
  if (length === INCOMPLETE) return 0;
  if (length < 0 || length > most) return INVALID;
  argAt = after;
  argEnd = after + length;
  if (argEnd + 2 > end) return 0;
  after = argEnd + 2;
  return 1;
}

/** The bulk error at `at`: 1, 0 or INVALID as `argument`. */
export function argumentOfError(bytes: Uint8Array, start: number, end: number): number {
  const length = header(bytes, start, end);
  if (length === INCOMPLETE) {
    argAt = after = end;
    return 0;
  }
  if (length < 0 || length > MAX_LINE) return INVALID;
  argAt = after;
  after += length + 2;
  return after > end ? 0 : 1;
}

export function isLine(type: number): boolean {
  return (
    type === INTEGER ||
    type === PLUS ||
    type === MINUS ||
    type === NULL ||
    type === BOOLEAN ||
    type === DOUBLE ||
    type === BIG
  );
}

export function printable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if ((byte < 0x20 && byte !== 0x09 && byte !== CR) || byte === 0x7f) return false;
  }
  return true;
}

/** Whether `[at, end)` is the word, letters in either case. */
export function word(bytes: Uint8Array, at: number, end: number, lower: string): boolean {
  if (end - at !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) if ((bytes[at + i] | 0x20) !== lower.charCodeAt(i)) return false;
  return true;
}
