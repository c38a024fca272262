/** Elements of the Basic Encoding Rules (ITU-T X.690): a tag of one byte, a length, content. */

/** The element found last: its tag, its content `[at, end)`. `end` may lie past the bytes that are there. */
export const element = { tag: 0, at: 0, end: 0 };

/** Reads the head of the element at `at` into `element`; false where it is not whole or has no definite length. */
export function readElement(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 2) return false;
  element.tag = bytes[at];
  const first = bytes[at + 1];
  element.at = at + 2;
  let length = first;
  if (first & 0x80) {
    const size = first & 0x7f;
    if (size < 1 || size > 4 || element.at + size > end) return false;
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + bytes[element.at + i];
    element.at += size;
  }
  element.end = element.at + length;
  return true;
}

/** The integer of up to four bytes that the element holds, or -1. */
export function integer(bytes: Uint8Array, end: number): number {
  if (element.end > end || element.end - element.at > 4 || element.end === element.at) return -1;
  let value = 0;
  for (let i = element.at; i < element.end; i++) value = value * 256 + bytes[i];
  return value;
}
