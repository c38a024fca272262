import { u24be, u32be } from './bytes.ts';

/** Frames of HTTP/2, RFC 9113 §4 and §6. */

export const FRAME_HEADER = 9;
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const HAS_PRIORITY = 0x20;

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Flags that a type of frame knows; deployed peers set no others. */
const FLAGS = Uint8Array.of(0x09, 0x2d, 0, 0, 0x01, 0x0c, 0x01, 0, 0, 0x04);
/** What every server takes without being asked is 16 KiB; the largest that servers are known to allow is 1 MiB. */
const MAX_LENGTH = 1 << 20;

export function streamId(bytes: Uint8Array, at: number): number {
  return u32be(bytes, at + 5) & 0x7fffffff;
}

/** Whether a whole frame header at `at` follows the rules of its type. */
export function isFrame(bytes: Uint8Array, at: number): boolean {
  const length = u24be(bytes, at);
  const type = bytes[at + 3];
  const id = u32be(bytes, at + 5);
  if (id > 0x7fffffff || length > MAX_LENGTH) return false;
  if (type > CONTINUATION) return type < 0x20 && length <= 1 << 14 && bytes[at + 4] === 0;
  if ((bytes[at + 4] & ~FLAGS[type]) !== 0) return false;
  switch (type) {
    case DATA:
    case CONTINUATION:
      return id !== 0;
    case HEADERS:
      return (id & 1) === 1 && length > 0;
    case PUSH_PROMISE:
      return (id & 1) === 1 && length > 4;
    case PRIORITY:
      return id !== 0 && length === 5;
    case RST_STREAM:
      return id !== 0 && length === 4;
    case SETTINGS:
      return id === 0 && length % 6 === 0 && (bytes[at + 4] === 0 || length === 0) && length <= 6 * 64;
    case PING:
      return id === 0 && length === 8;
    case GOAWAY:
      return id === 0 && length >= 8;
    default:
      return length === 4;
  }
}
