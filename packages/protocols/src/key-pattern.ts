import { EMPTY, type SymbolId, symbols } from './symbols.ts';

const MAX_KEY = 128;
const scratch = new Uint8Array(MAX_KEY * 2 + 8);
const ID = [0x7b, 0x69, 0x64, 0x7d];
const BINARY = symbols.ofText('{binary}');

/** Kinds of bytes: separator, digit, hexadecimal letter, other letter (also every byte of UTF-8), control. */
const SEPARATOR = 0;
const DIGIT = 1;
const HEX = 2;
const LETTER = 3;
const CONTROL = 4;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20 || byte === 0x7f) return CONTROL;
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  if ((byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46)) return HEX;
  if ((byte >= 0x67 && byte <= 0x7a) || (byte >= 0x47 && byte <= 0x5a) || byte >= 0x80 || byte === 0x40) return LETTER;
  return SEPARATOR;
});

/**
 * The pattern of a cache key, topic or subject: words that name one thing of many become `{id}`. Words are what stands
 * between separators (`:`, `/`, `.`, `-`, `_`, …). A word is an id where it is a number, hexadecimal with a digit and 8
 * or longer, or 16 or longer with four digits; holds `@`; is longer than 40; or is a word followed by a number of two
 * digits or more (`user123` → `user{id}`). Keys with control characters become `{binary}`; past 128 bytes they end.
 *
 * @example `cart:{42}:items` → `cart:{{id}}:items`, `session:5f1d7a3e-09c2-4a57` → `session:{id}`
 */
export function keyPattern(bytes: Uint8Array, start: number, end: number): SymbolId {
  if (end <= start) return EMPTY;
  if (end - start > MAX_KEY) end = start + MAX_KEY;
  let out = 0;
  let at = start;
  while (at < end) {
    const kind = KIND[bytes[at]];
    if (kind === CONTROL) return BINARY;
    if (kind === SEPARATOR) {
      scratch[out++] = bytes[at++];
      continue;
    }
    let digits = 0;
    let letters = 0;
    let trailing = 0;
    let sign = false;
    let stop = at;
    for (; stop < end; stop++) {
      const next = KIND[bytes[stop]];
      if (next === SEPARATOR || next === CONTROL) break;
      if (next === DIGIT) {
        digits++;
        trailing++;
        continue;
      }
      trailing = 0;
      if (next === LETTER) letters++;
      if (bytes[stop] === 0x40) sign = true;
    }
    const length = stop - at;
    let keep = length;
    if (length === digits || sign || length > 40) keep = 0;
    else if (digits > 0 && letters === 0 && length >= 8) keep = 0;
    else if (digits >= 4 && length >= 16) keep = 0;
    else if (trailing >= 2) keep = length - trailing;
    for (const word = at + keep; at < word; at++) scratch[out++] = bytes[at];
    if (keep < length) out = putId(out);
    at = stop;
  }
  return symbols.of(scratch, 0, out);
}

/** Appends `{id}`, once for several in a row joined by `-` (UUIDs). */
function putId(out: number): number {
  if (out >= 5 && scratch[out - 1] === 0x2d && scratch[out - 2] === 0x7d && scratch[out - 3] === 0x64) return out - 1;
  for (let i = 0; i < ID.length; i++) scratch[out++] = ID[i];
  return out;
}
