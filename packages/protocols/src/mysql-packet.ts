import { u16le, u24le, u32le } from './bytes.ts';

/** A packet is a length of three bytes, a sequence number, and its content. */
export const HEADER = 4;

/** Capability flags (https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html). */
export const CONNECT_WITH_DB = 0x8;
export const COMPRESS = 0x20;
export const PROTOCOL_41 = 0x200;
export const SSL = 0x800;
export const SECURE_CONNECTION = 0x8000;
export const AUTH_LENENC = 0x200000;
export const ZSTD = 0x4000000;
export const QUERY_ATTRIBUTES = 0x8000000;

/** The end of the packet at `at`, whose header is there. */
export function packetEnd(bytes: Uint8Array, at: number): number {
  return at + HEADER + u24le(bytes, at);
}

/** The integer of variable length at `at`, `after` its end; -1 where it is not one or goes past `end`. */
export function lenenc(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const first = bytes[at];
  if (first < 0xfb) {
    after = at + 1;
    return first;
  }
  const size = first === 0xfc ? 2 : first === 0xfd ? 3 : first === 0xfe ? 8 : 0;
  if (size === 0 || at + 1 + size > end) return -1;
  after = at + 1 + size;
  if (size === 2) return u16le(bytes, at + 1);
  if (size === 3) return u24le(bytes, at + 1);
  const high = u32le(bytes, at + 5);
  return high > 0x1fffff ? -1 : u32le(bytes, at + 1) + high * 2 ** 32;
}
export let after = 0;
