/**
 * The header of SkyWalking (https://skywalking.apache.org/docs/main/next/en/api/x-process-propagation-headers-v3/):
 * `<sampled>-<trace>-<segment>-<span>-…`, trace and segment in Base64. Their ids are a UUID, or one with two numbers,
 * `<uuid>.<thread>.<time>`. They become ids of W3C as the SkyWalking receiver of the OpenTelemetry Collector makes them, so
 * that spans that come by it meet those of the kernel: the numbers are folded into the UUID by exclusive or, the number
 * of the span too, and a span id is the exclusive or of both halves.
 */

/** The ids of the header that was read last: 32 and 16 hexadecimal digits. */
export const sw8Ids = new Uint8Array(48);

const DASH = 0x2d;
const DOT = 0x2e;
const UUID_BYTES = 16;
const UUID_DIGITS = 32;
const HEX = new TextEncoder().encode('0123456789abcdef');

const text = new Uint8Array(128);
const uuid = new Uint8Array(UUID_BYTES);

/** False where it is no such header, or an id is zero. */
export function readSw8(bytes: Uint8Array, at: number, end: number): boolean {
  const trace = at + 2;
  const traceEnd = next(bytes, trace, end);
  const segmentEnd = next(bytes, traceEnd + 1, end);
  const spanEnd = next(bytes, segmentEnd + 1, end);
  if (bytes[at + 1] !== DASH || spanEnd >= end) return false;
  const span = decimalAt(bytes, segmentEnd + 1, spanEnd);
  if (span < 0 || !fold(decode(bytes, trace, traceEnd), 0)) return false;
  write(uuid, UUID_BYTES, 0);
  if (!fold(decode(bytes, traceEnd + 1, segmentEnd), span)) return false;
  for (let i = 0; i < 8; i++) uuid[i] ^= uuid[i + 8];
  write(uuid, 8, UUID_DIGITS);
  return true;
}

/** The next dash from `at` on, `end` where there is none. */
function next(bytes: Uint8Array, at: number, end: number): number {
  const found = bytes.indexOf(DASH, at);
  return found < 0 || found > end ? end : found;
}

function decimalAt(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || end - at > 10) return -1;
  let value = 0;
  for (; at < end; at++) {
    if (bytes[at] < 0x30 || bytes[at] > 0x39) return -1;
    value = value * 10 + bytes[at] - 0x30;
  }
  return value;
}

function sextet(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x47;
  if (byte >= 0x30 && byte <= 0x39) return byte + 4;
  return byte === 0x2b ? 62 : byte === 0x2f ? 63 : -1;
}

/** Base64 to `text`; returns how much that is, 0 where it is none. */
function decode(bytes: Uint8Array, at: number, end: number): number {
  while (end > at && bytes[end - 1] === 0x3d) end--;
  if (((end - at) * 3) / 4 > text.length) return 0;
  let [length, bits, value] = [0, 0, 0];
  for (; at < end; at++) {
    const six = sextet(bytes[at]);
    if (six < 0) return 0;
    value = ((value << 6) | six) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    text[length++] = (value >> bits) & 0xff;
  }
  return length;
}

function hexAt(at: number): number {
  const byte = text[at];
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The id `text[0, length)` to `uuid`. False where it is none, or all zeros. */
function fold(length: number, extra: number): boolean {
  let at = 0;
  for (let i = 0; i < UUID_BYTES; i++) {
    if (text[at] === DASH && length === 36) at++;
    const [high, low] = [hexAt(at), hexAt(at + 1)];
    if (at + 2 > length || high < 0 || low < 0) return false;
    uuid[i] = high * 16 + low;
    at += 2;
  }
  for (let i = 0; i < 4; i++) uuid[i] ^= extra >>> (8 * i);
  if (at < length) {
    at = number(at, length, 4, 4);
    if (at < 0 || number(at, length, 8, 8) !== length) return false;
  }
  return uuid.some((byte) => byte !== 0);
}

/** Folds `.<decimal>` at `at`, little-endian, into `bytes` bytes of `uuid` from `to` on; returns its end, -1 where it is none. */
function number(at: number, length: number, to: number, bytes: number): number {
  if (text[at] !== DOT || at + 1 === length) return -1;
  let [low, high] = [0, 0];
  for (at++; at < length && text[at] !== DOT; at++) {
    if (text[at] < 0x30 || text[at] > 0x39 || high > 0xffff_fff) return -1;
    const next = low * 10 + text[at] - 0x30;
    low = next >>> 0;
    high = high * 10 + Math.floor(next / 2 ** 32);
  }
  for (let i = 0; i < bytes; i++) uuid[to + i] ^= (i < 4 ? low : high) >>> (8 * (i & 3));
  return at;
}

function write(from: Uint8Array, bytes: number, to: number): void {
  for (let i = 0; i < bytes; i++) {
    sw8Ids[to + i * 2] = HEX[from[i] >> 4];
    sw8Ids[to + i * 2 + 1] = HEX[from[i] & 15];
  }
}
