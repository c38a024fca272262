import { i32be, startsWith, u32be } from './bytes.ts';
import { type Message, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { errorOf, isRequestCode, operationOf, statusOf } from './rocketmq-codes.ts';
import { header, readBinaryHeader, readJsonHeader } from './rocketmq-header.ts';
import { scrub } from './scrub.ts';
import { symbols } from './symbols.ts';

/**
 * RocketMQ's remoting protocol (RemotingCommand of its sources), headers in JSON or binary. Both ends ask; requests and
 * responses meet by opaque number. Bodies are passed by.
 */

const PREFIX = 8;
const MAX_FRAME = 1 << 25;
const MAX_HEADER = 1 << 15;
const JSON_HEADER = 0;
const BINARY_HEADER = 1;
const IS_RESPONSE = 1;
const IS_ONEWAY = 2;

function idOf(opaque: number, beginner: Direction): number {
  return (opaque >>> 0) * 2 + beginner;
}

function readHeader(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start + 4] === JSON_HEADER
    ? readJsonHeader(bytes, start + PREFIX, end)
    : readBinaryHeader(bytes, start + PREFIX, end);
}

/** The end of the header at `start`, or -1 where lengths cannot be. */
function headerEnd(bytes: Uint8Array, start: number): number {
  const length = i32be(bytes, start);
  const type = bytes[start + 4];
  const headerLength = u32be(bytes, start + 4) & 0xffffff;
  if (length < 4 + headerLength || length > MAX_FRAME || headerLength > MAX_HEADER || headerLength < 21) return -1;
  return type === JSON_HEADER || type === BINARY_HEADER ? start + PREFIX + headerLength : -1;
}

function read(_: null, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < PREFIX) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = headerEnd(bytes, start);
  if (stop < 0) return NOT_MINE;
  if (stop > end) return message.truncated ? NOT_MINE : NEED_MORE;
  if (!readHeader(bytes, start, stop)) return NOT_MINE;
  const { code, opaque, flag, topic, group, remark } = header;
  if (flag & IS_RESPONSE) {
    message.type = RESPONSE;
    message.id = idOf(opaque, from === FROM_CLIENT ? FROM_SERVER : FROM_CLIENT);
    message.status = statusOf(code);
    message.error = errorOf(code);
    if (message.error) message.errorText = scrub(bytes, remark.at, remark.end);
  } else {
    message.type = flag & IS_ONEWAY ? ONEWAY : REQUEST;
    if (message.type === REQUEST) message.id = idOf(opaque, from);
    message.operation = operationOf(code);
    const target = topic.end > topic.at ? topic : group;
    message.target = symbols.of(bytes, target.at, target.end);
  }
  const used = Math.min(end - start, 4 + i32be(bytes, start));
  message.skip = 4 + i32be(bytes, start) - used;
  return used;
}

/** A header of either form whose lengths fit and that has the fields every command has. */
/** Brokers ask their clients too, but seldom: where nobody saw who opened the connection, the one that asks did. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < PREFIX + 21) return NO;
  const stop = headerEnd(bytes, start);
  if (stop < 0) return NO;
  if (bytes[start + 4] === JSON_HEADER) {
    if (bytes[start + PREFIX] !== 0x7b) return NO;
    if (stop <= end) return readJsonHeader(bytes, start + PREFIX, stop) ? sureOf(from) : NO;
    const first = ['{"code":', '{"extFields":', '{"flag":', '{"opaque":', '{"language":'];
    return first.some((text) => startsWith(bytes, start + PREFIX, end, text)) ? SURE : NO;
  }
  if (stop > end || !readBinaryHeader(bytes, start + PREFIX, stop)) return NO;
  return header.flag >= 0 && header.flag < 4 && ((header.flag & IS_RESPONSE) === 1 || isRequestCode(header.code))
    ? sureOf(from)
    : NO;
}

function sureOf(from: Direction): Detection {
  return ((header.flag & IS_RESPONSE) === 0) === (from === FROM_CLIENT) ? SURE : MAYBE;
}

export const rocketmq: Protocol<null> = {
  name: 'rocketmq',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: true,
  connect: () => null,
  detect,
  read,
};
