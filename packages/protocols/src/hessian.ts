import { u16be } from './bytes.ts';

/** Strings of Hessian 2 (http://hessian.caucho.com/doc/hessian-serialization.html#anchor21), whose lengths count UTF-16 units. */

/** What the last string found is, and what comes after it. */
export const string = { at: 0, end: 0, after: 0 };

/** Reads the string at `at` into `string`; false where there is none, or it is not whole. */
export function readString(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  const tag = bytes[at];
  let units = 0;
  if (tag < 0x20) {
    units = tag;
    at++;
  } else if (tag >= 0x30 && tag <= 0x33 && at + 1 < end) {
    units = ((tag - 0x30) << 8) + bytes[at + 1];
    at += 2;
  } else if ((tag === 0x53 || tag === 0x73) && at + 2 < end) {
    units = u16be(bytes, at + 1);
    at += 3;
  } else return false;
  string.at = at;
  for (; units > 0; units--) {
    if (at >= end) return false;
    at += bytes[at] < 0x80 ? 1 : bytes[at] < 0xe0 ? 2 : bytes[at] < 0xf0 ? 3 : 4;
    if (bytes[at - 4] >= 0xf0) units--;
  }
  string.end = string.after = at;
  return at <= end;
}
