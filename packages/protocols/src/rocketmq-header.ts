import { i32be, startsWith, u16be } from './bytes.ts';

/** The header of a command of RocketMQ, in JSON or in its own binary form (RemotingCommand of its sources). */

const MAX_FIELDS = 64;

/** A piece of the bytes. */
class Text {
  at = 0;
  end = 0;
  set(at: number, end: number): void {
    this.at = at;
    this.end = end;
  }
}

class Header {
  code = -1;
  opaque = -1;
  flag = -1;
  readonly remark = new Text();
  readonly topic = new Text();
  readonly group = new Text();

  clear(): void {
    this.code = this.opaque = this.flag = -1;
    for (const text of [this.remark, this.topic, this.group]) text.set(0, 0);
  }
}
/** The header that was read last. */
export const header = new Header();

/** Takes a field of the extension: a topic or group by its name. `b` and `a` are their short names in SEND_MESSAGE_V2. */
function take(bytes: Uint8Array, at: number, end: number, valueAt: number, valueEnd: number): void {
  const length = end - at;
  if (length === 5 && startsWith(bytes, at, end, 'topic')) header.topic.set(valueAt, valueEnd);
  else if (length === 1 && bytes[at] === 0x62 && header.topic.end === 0) header.topic.set(valueAt, valueEnd);
  else if (
    length >= 5 &&
    (isGroup(bytes, at, end, 'consumerGroup') ||
      isGroup(bytes, at, end, 'producerGroup') ||
      isGroup(bytes, at, end, 'group'))
  )
    header.group.set(valueAt, valueEnd);
}

function isGroup(bytes: Uint8Array, at: number, end: number, name: string): boolean {
  return end - at === name.length && startsWith(bytes, at, end, name);
}

/** `code i16, language i8, version i16, opaque i32, flag i32, remark, extension` */
export function readBinaryHeader(bytes: Uint8Array, start: number, end: number): boolean {
  header.clear();
  if (end - start < 21) return false;
  header.code = u16be(bytes, start);
  header.opaque = i32be(bytes, start + 5);
  header.flag = i32be(bytes, start + 9);
  const remark = i32be(bytes, start + 13);
  let at = start + 17;
  if (remark < 0 || at + remark + 4 > end) return false;
  header.remark.set(at, at + remark);
  at += remark;
  const size = i32be(bytes, at);
  at += 4;
  if (size < 0 || at + size !== end) return false;
  for (let fields = 0; at + 2 <= end && fields < MAX_FIELDS; fields++) {
    const name = at + 2;
    const value = name + u16be(bytes, at);
    if (value + 4 > end) return false;
    const next = value + 4 + i32be(bytes, value);
    if (next > end || next < value + 4) return false;
    take(bytes, name, value, value + 4, next);
    at = next;
  }
  return true;
}

/** Fields of the object and of `extFields` in it. */
export function readJsonHeader(bytes: Uint8Array, start: number, end: number): boolean {
  header.clear();
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte === 0x7b) depth++;
    else if (byte === 0x7d && --depth === 0) break;
    if (byte !== 0x22) {
      at++;
      continue;
    }
    const name = at + 1;
    const nameEnd = stringEnd(bytes, name, end);
    at = skipSpace(bytes, nameEnd + 1, end);
    if (bytes[at] !== 0x3a || at >= end) continue;
    at = skipSpace(bytes, at + 1, end);
    let value = at;
    let valueEnd = at;
    if (bytes[at] === 0x22) {
      value = at + 1;
      valueEnd = stringEnd(bytes, value, end);
      at = valueEnd + 1;
    } else {
      while (valueEnd < end && (bytes[valueEnd] === 0x2d || (bytes[valueEnd] >= 0x30 && bytes[valueEnd] <= 0x39)))
        valueEnd++;
      at = valueEnd;
    }
    if (depth === 1) takeTop(bytes, name, nameEnd, value, valueEnd);
    else if (depth === 2) take(bytes, name, nameEnd, value, valueEnd);
  }
  return header.code >= 0 && header.opaque !== -1 && header.flag >= 0;
}

function takeTop(bytes: Uint8Array, at: number, end: number, valueAt: number, valueEnd: number): void {
  const length = end - at;
  if (length === 4 && startsWith(bytes, at, end, 'code')) header.code = number(bytes, valueAt, valueEnd);
  else if (length === 4 && startsWith(bytes, at, end, 'flag')) header.flag = number(bytes, valueAt, valueEnd);
  else if (length === 6 && startsWith(bytes, at, end, 'opaque')) header.opaque = number(bytes, valueAt, valueEnd);
  else if (length === 6 && startsWith(bytes, at, end, 'remark')) header.remark.set(valueAt, valueEnd);
}

function number(bytes: Uint8Array, at: number, end: number): number {
  const negative = bytes[at] === 0x2d;
  let value = 0;
  for (let i = negative ? at + 1 : at; i < end && value < 2 ** 40; i++) value = value * 10 + (bytes[i] - 0x30);
  return negative ? -value : value;
}

function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at, end);
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] <= 0x20) at++;
  return at;
}
