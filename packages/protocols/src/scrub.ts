import { type SymbolId, symbols } from './symbols.ts';

const MAX_TEXT = 160;
const scratch = new Uint8Array(MAX_TEXT + 4);
const QUESTION = 0x3f;

/** An error text without values: what stands in quotes and every number becomes `?`; 160 bytes at most, one line. */
export function scrub(bytes: Uint8Array, start: number, end: number): SymbolId {
  let out = 0;
  let at = start;
  while (at < end && out < MAX_TEXT) {
    const byte = bytes[at];
    if (byte === 0x0d || byte === 0x0a) break;
    if (byte >= 0x30 && byte <= 0x39) {
      scratch[out++] = QUESTION;
      while (at < end && bytes[at] >= 0x30 && bytes[at] <= 0x39) at++;
      continue;
    }
    const quote = byte === 0x27 || byte === 0x22 || byte === 0x60;
    if (quote && (at === start || !isLetter(bytes[at - 1]))) {
      let stop = at + 1;
      while (stop < end && bytes[stop] !== byte && bytes[stop] !== 0x0a) stop++;
      scratch[out++] = byte;
      scratch[out++] = QUESTION;
      if (stop < end) scratch[out++] = byte;
      at = stop + 1;
      continue;
    }
    scratch[out++] = byte < 0x20 ? 0x20 : byte;
    at++;
  }
  return symbols.of(scratch, 0, out);
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
}
