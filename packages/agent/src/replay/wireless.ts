import { behindLlc, NOT_IP } from './ether-type.ts';

const DATA = 2;
const [WITHOUT_DATA, QOS] = [0x40, 0x80];
const [BOTH_DS, PROTECTED, ORDER] = [0x03, 0x40, 0x80];
const AGGREGATE = 0x80;

/** IEEE 802.11 §9.3.2: the IP header inside an unencrypted data frame. `padded`: its header ends on a multiple of four. */
export function ipInWireless(bytes: Uint8Array, at: number, end: number, padded = false): number {
  if (end - at < 24) return NOT_IP;
  const [control, flags] = [bytes[at], bytes[at + 1]];
  if (((control >> 2) & 3) !== DATA || (control & WITHOUT_DATA) !== 0 || (flags & PROTECTED) !== 0) return NOT_IP;
  let header = (flags & BOTH_DS) === BOTH_DS ? 30 : 24;
  if (control & QOS) {
    if (bytes[at + header] & AGGREGATE) return NOT_IP;
    header += flags & ORDER ? 6 : 2;
  }
  return behindLlc(bytes, at + (padded ? (header + 3) & ~3 : header), end);
}

const [HAS_TIME, HAS_FLAGS, PADDED] = [1, 2, 0x20];

/** www.radiotap.org: a length, and fields for the bits of 32-bit words, of which the last has no highest bit. */
export function ipInRadiotap(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return NOT_IP;
  const size = bytes[start + 2] | (bytes[start + 3] << 8);
  let at = 4;
  while (at + 4 <= size && bytes[start + at + 3] & 0x80) at += 4;
  at += 4;
  const present = bytes[start + 4];
  if (present & HAS_TIME) at = ((at + 7) & ~7) + 8;
  const padded = (present & HAS_FLAGS) !== 0 && (bytes[start + at] & PADDED) !== 0;
  return ipInWireless(bytes, start + size, end, padded);
}

/** The headers of old drivers: Prism's message of 144 bytes, or AVS (www.shaftnet.org/~pizza/software/capturefrm.txt). */
export function ipInPrism(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return NOT_IP;
  const isAvs = bytes[start] === 0x80 && bytes[start + 1] === 0x21;
  return ipInWireless(bytes, start + (isAvs ? (bytes[start + 6] << 8) | bytes[start + 7] : 144), end);
}
