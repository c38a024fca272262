import { type SymbolId, symbols } from './symbols.ts';

const SLASH = 0x2f;
const PLACEHOLDER = [0x7b, 0x69, 0x64, 0x7d];
const MAX_SEGMENTS = 12;
const MAX_PATH = 512;
const scratch = new Uint8Array(MAX_PATH + PLACEHOLDER.length + 2);

/** The last paths and what they became: most come again and again. */
const KNOWN = 1024;
const KNOWN_LENGTH = 48;
const knownPaths = new Uint8Array(KNOWN * KNOWN_LENGTH);
const knownLengths = new Uint8Array(KNOWN).fill(255);
const knownTemplates = new Int32Array(KNOWN);

/**
 * The route of a path: segments that name one thing of many become `{id}`; query and fragment must be cut off before.
 * A segment is an id where it is a number, a hexadecimal string of 8 or more with a digit, a UUID, a long word with many
 * digits, or holds `@`. Deeper than 12 segments the rest becomes `{path}`.
 *
 * @example `/users/123/orders/5f1d7a3e9c` → `/users/{id}/orders/{id}`
 */
export function templatePath(bytes: Uint8Array, start: number, end: number): SymbolId {
  const length = end - start;
  if (length > KNOWN_LENGTH) return template(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (KNOWN - 1);
  const place = slot * KNOWN_LENGTH;
  if (knownLengths[slot] === length) {
    let same = 0;
    while (same < length && knownPaths[place + same] === bytes[start + same]) same++;
    if (same === length) return knownTemplates[slot];
  }
  const found = template(bytes, start, end);
  knownLengths[slot] = length;
  for (let i = 0; i < length; i++) knownPaths[place + i] = bytes[start + i];
  knownTemplates[slot] = found;
  return found;
}

function template(bytes: Uint8Array, start: number, end: number): SymbolId {
  let out = 0;
  let segments = 0;
  let at = start;
  if (end - start > MAX_PATH) end = start + MAX_PATH;
  while (at < end) {
    if (bytes[at] === SLASH) {
      scratch[out++] = SLASH;
      at++;
      continue;
    }
    if (++segments > MAX_SEGMENTS) {
      for (const byte of [0x7b, 0x70, 0x61, 0x74, 0x68, 0x7d]) if (out < scratch.length) scratch[out++] = byte;
      break;
    }
    let stop = at;
    let digits = 0;
    let hex = 0;
    let dashes = 0;
    let other = 0;
    let at_sign = false;
    for (; stop < end && bytes[stop] !== SLASH; stop++) {
      const byte = bytes[stop];
      if (byte >= 0x30 && byte <= 0x39) digits++;
      else if ((byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46)) hex++;
      else if (byte === 0x2d || byte === 0x5f) dashes++;
      else {
        other++;
        if (byte === 0x40) at_sign = true;
      }
    }
    const length = stop - at;
    const isId =
      (digits > 0 && hex + other + dashes === 0) ||
      (digits > 0 && other === 0 && digits + hex >= 8) ||
      (digits >= 4 && length >= 16) ||
      at_sign ||
      length > 64;
    if (isId) for (const byte of PLACEHOLDER) scratch[out++] = byte;
    else for (; at < stop && out < MAX_PATH; at++) scratch[out++] = bytes[at];
    at = stop;
    if (out >= MAX_PATH) break;
  }
  return symbols.of(scratch, 0, out);
}
