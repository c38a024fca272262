import { u32le } from './bytes.ts';

/** Walks the elements of a BSON document (https://bsonspec.org/spec.html) without building anything. */

export const [DOUBLE, STRING, DOCUMENT, ARRAY, BOOLEAN, INT32, INT64] = [1, 2, 3, 4, 8, 16, 18] as const;
const FIXED = new Int8Array(256).fill(-1);
for (const [type, size] of [[1, 8], [6, 0], [7, 12], [8, 1], [9, 8], [10, 0], [16, 4], [17, 8], [18, 8], [19, 16], [127, 0], [255, 0]])
  FIXED[type] = size; // biome-ignore format: one list
const WITH_LENGTH: readonly number[] = [2, 13, 14];

/** The element found last: its type, name `[nameAt, nameEnd)` and value `[at, end)`. */
export const element = { type: 0, nameAt: 0, nameEnd: 0, at: 0, end: 0 };

/** Reads the element at `at` into `element`; false where there is none, or it is not whole within `end`. */
export function readElement(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end || bytes[at] === 0) return false;
  const name = textEnd(bytes, at + 1, end);
  if (name < 0) return false;
  const size = valueSize(bytes, bytes[at], name + 1, end);
  element.type = bytes[at];
  element.nameAt = at + 1;
  element.nameEnd = name;
  element.at = name + 1;
  element.end = name + 1 + size;
  return size >= 0;
}

function valueSize(bytes: Uint8Array, type: number, at: number, end: number): number {
  if (FIXED[type] >= 0) return at + FIXED[type] <= end ? FIXED[type] : -1;
  if (type === 11) {
    const pattern = textEnd(bytes, at, end);
    const options = pattern < 0 ? -1 : textEnd(bytes, pattern + 1, end);
    return options < 0 ? -1 : options + 1 - at;
  }
  if (at + 4 > end) return -1;
  const length = u32le(bytes, at);
  if (type === DOCUMENT || type === ARRAY || type === 15) return length >= 5 ? length : -1;
  if (WITH_LENGTH.includes(type)) return length >= 1 ? 4 + length : -1;
  if (type === 5) return 5 + length;
  return type === 12 ? 16 + length : -1;
}

export function textEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === 0) return i;
  return -1;
}

/** Whether the element has this name. */
export function isNamed(bytes: Uint8Array, name: string): boolean {
  const { nameAt, nameEnd } = element;
  if (nameEnd - nameAt !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[nameAt + i] !== name.charCodeAt(i)) return false;
  return true;
}

const view = new DataView(new ArrayBuffer(8));

/** The number (or 0 and 1 for a boolean) that the element holds, or -1. */
export function numberOf(bytes: Uint8Array, end: number): number {
  const { type, at } = element;
  if (element.end > end) return -1;
  if (type === BOOLEAN) return bytes[at];
  if (type === INT32 || type === INT64) return u32le(bytes, at) | 0;
  if (type !== DOUBLE) return -1;
  for (let i = 0; i < 8; i++) view.setUint8(i, bytes[at + i]);
  return view.getFloat64(0, true);
}
