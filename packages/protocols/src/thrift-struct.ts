import { i32be } from './bytes.ts';

/**
 * Finds the end of a struct in Thrift's binary and compact encoding
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md, …/thrift-compact-protocol.md).
 * Returns the index after it, or one of these.
 */
export const CUT = -1;
export const INVALID = -2;

const MAX_DEPTH = 16;
/** Sizes of binary types that are fixed; 0 is none. */
const SIZES = [0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8] as const;
const [STRING, STRUCT, MAP, SET, LIST] = [11, 12, 13, 14, 15] as const;

export function binaryStructEnd(bytes: Uint8Array, at: number, end: number, depth = 0): number {
  while (at < end) {
    const type = bytes[at];
    if (type === 0) return at + 1;
    at = binaryValueEnd(bytes, type, at + 3, end, depth + 1);
    if (at < 0) return at;
  }
  return CUT;
}

function binaryValueEnd(bytes: Uint8Array, type: number, at: number, end: number, depth: number): number {
  if (depth > MAX_DEPTH) return INVALID;
  const size = SIZES[type] ?? 0;
  if (size > 0) return at + size <= end ? at + size : CUT;
  switch (type) {
    case STRING: {
      if (at + 4 > end) return CUT;
      const length = i32be(bytes, at);
      return length < 0 ? INVALID : at + 4 + length <= end ? at + 4 + length : CUT;
    }
    case STRUCT:
      return binaryStructEnd(bytes, at, end, depth);
    case SET:
    case LIST:
      return at + 5 > end ? CUT : binaryElementsEnd(bytes, bytes[at], 0, i32be(bytes, at + 1), at + 5, end, depth);
    case MAP:
      return at + 6 > end
        ? CUT
        : binaryElementsEnd(bytes, bytes[at], bytes[at + 1], i32be(bytes, at + 2), at + 6, end, depth);
    default:
      return INVALID;
  }
}

function binaryElementsEnd(
  bytes: Uint8Array,
  first: number,
  second: number,
  count: number,
  at: number,
  end: number,
  depth: number,
): number {
  if (count < 0) return INVALID;
  for (; count > 0; count--) {
    at = binaryValueEnd(bytes, first, at, end, depth + 1);
    if (at >= 0 && second > 0) at = binaryValueEnd(bytes, second, at, end, depth + 1);
    if (at < 0) return at;
  }
  return at;
}

/** The number in the varint found last. */
export let varint = 0;

/** The index after the varint at `at`, CUT or INVALID. */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  varint = 0;
  let unit = 1;
  for (let i = at; i < end; i++, unit *= 128) {
    if (i - at > 9) return INVALID;
    if (unit < 2 ** 42) varint += (bytes[i] & 0x7f) * unit;
    if (bytes[i] < 0x80) return i + 1;
  }
  return CUT;
}

export function compactStructEnd(bytes: Uint8Array, at: number, end: number, depth = 0): number {
  while (at < end) {
    const head = bytes[at++];
    if (head === 0) return at;
    if (head >> 4 === 0) at = varintEnd(bytes, at, end);
    const type = head & 0x0f;
    if (at >= 0 && type > 2) at = compactValueEnd(bytes, type, at, end, depth + 1);
    else if (type === 0) return INVALID;
    if (at < 0) return at;
  }
  return CUT;
}

function compactValueEnd(bytes: Uint8Array, type: number, at: number, end: number, depth: number): number {
  if (depth > MAX_DEPTH) return INVALID;
  switch (type) {
    case 1:
    case 2:
    case 3:
      return at < end ? at + 1 : CUT;
    case 4:
    case 5:
    case 6:
      return varintEnd(bytes, at, end);
    case 7:
      return at + 8 <= end ? at + 8 : CUT;
    case 8: {
      const body = varintEnd(bytes, at, end);
      return body < 0 ? body : body + varint <= end ? body + varint : CUT;
    }
    case 9:
    case 10: {
      if (at >= end) return CUT;
      let count = bytes[at] >> 4;
      const element = bytes[at++] & 0x0f;
      if (count === 15) {
        at = varintEnd(bytes, at, end);
        count = varint;
      }
      return at < 0 ? at : compactElementsEnd(bytes, element, 0, count, at, end, depth);
    }
    case 11: {
      at = varintEnd(bytes, at, end);
      const count = varint;
      if (at < 0 || count === 0) return at;
      if (at >= end) return CUT;
      return compactElementsEnd(bytes, bytes[at] >> 4, bytes[at] & 0x0f, count, at + 1, end, depth);
    }
    case 12:
      return compactStructEnd(bytes, at, end, depth);
    default:
      return INVALID;
  }
}

function compactElementsEnd(
  bytes: Uint8Array,
  first: number,
  second: number,
  count: number,
  at: number,
  end: number,
  depth: number,
): number {
  for (; count > 0; count--) {
    at = compactValueEnd(bytes, first, at, end, depth + 1);
    if (at >= 0 && second > 0) at = compactValueEnd(bytes, second, at, end, depth + 1);
    if (at < 0) return at;
  }
  return at;
}
