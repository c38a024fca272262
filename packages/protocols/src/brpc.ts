import { startsWith, u32be } from './bytes.ts';
import { type Message, NOTHING, REQUEST, RESPONSE } from './message.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { scrub } from './scrub.ts';
import { symbols } from './symbols.ts';

/**
 * bRPC's own protocol, baidu_std (https://github.com/apache/brpc/blob/master/docs/cn/baidu_std.md): service and method of
 * each call, paired by its correlation id. Streams that a call opens are passed by.
 */

const HEADER = 12;
const MAX_LENGTH = 1 << 30;
const MAX_META = 1 << 16;
const MAX_NAME = 256;
const OK = symbols.ofText('0');

/** The field of a protobuf message found last. */
let field = 0;
let wire = 0;
let value = 0;
let at = 0;
let stop = 0;

/** Reads the field at `from`: where the next one is, or -1. */
function readField(bytes: Uint8Array, from: number, end: number): number {
  const key = varint(bytes, from, end);
  if (key < 0) return -1;
  field = value >>> 3;
  wire = value & 7;
  if (wire === 0) return varint(bytes, key, end);
  if (wire === 1 || wire === 5) return key + (wire === 1 ? 8 : 4) <= end ? key + (wire === 1 ? 8 : 4) : -1;
  if (wire !== 2) return -1;
  at = varint(bytes, key, end);
  stop = at + value;
  return at < 0 || stop > end ? -1 : stop;
}

/** Reads a varint into `value` (its lower 53 bits): where it ends, or -1. */
function varint(bytes: Uint8Array, from: number, end: number): number {
  value = 0;
  let unit = 1;
  for (let i = from; i < end && i < from + 10; i++, unit *= 128) {
    if (unit < 2 ** 49) value += (bytes[i] & 0x7f) * unit;
    if (bytes[i] < 0x80) return i + 1;
  }
  return -1;
}

/** RpcMeta: 1 request, 2 response, 4 correlation id. */
function readMeta(bytes: Uint8Array, from: number, end: number, message: Message): boolean {
  for (let next = from; next < end; ) {
    next = readField(bytes, next, end);
    if (next < 0) return false;
    if (field === 1 && wire === 2) readRequest(bytes, at, stop, message);
    else if (field === 2 && wire === 2) readResponse(bytes, at, stop, message);
    else if (field === 4 && wire === 0) message.id = value;
  }
  return true;
}

function readRequest(bytes: Uint8Array, from: number, end: number, message: Message): void {
  message.type = REQUEST;
  for (let next = from; next >= 0 && next < end; ) {
    next = readField(bytes, next, end);
    if (next < 0 || wire !== 2) continue;
    if (field === 1) message.target = symbols.of(bytes, at, Math.min(stop, at + MAX_NAME));
    else if (field === 2) message.operation = symbols.of(bytes, at, Math.min(stop, at + MAX_NAME));
  }
}

function readResponse(bytes: Uint8Array, from: number, end: number, message: Message): void {
  message.type = RESPONSE;
  message.status = OK;
  for (let next = from; next >= 0 && next < end; ) {
    next = readField(bytes, next, end);
    if (next < 0) return;
    if (field === 1 && wire === 0 && value !== 0) message.status = message.error = symbols.ofText(String(value | 0));
    else if (field === 2 && wire === 2 && message.error) message.errorText = scrub(bytes, at, stop);
  }
}

function isStream(bytes: Uint8Array, start: number, end: number): boolean {
  return startsWith(bytes, start, end, 'STRM');
}

/** The key of RpcMeta's first field where it is a request. */
const REQUEST_KEY = 0x0a;

function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < HEADER || !startsWith(bytes, start, end, 'PRPC')) return NO;
  const length = u32be(bytes, start + 4);
  const size = u32be(bytes, start + 8);
  if (length > MAX_LENGTH || size > length) return NO;
  if (start + HEADER === end) return SURE;
  return (bytes[start + HEADER] === REQUEST_KEY) === (from === FROM_CLIENT) ? SURE : MAYBE;
}

function read(bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const stream = isStream(bytes, start, end);
  if (!stream && !startsWith(bytes, start, end, 'PRPC')) return NOT_MINE;
  const length = u32be(bytes, start + 4);
  const meta = u32be(bytes, start + 8);
  if (length > MAX_LENGTH || meta > length || meta > MAX_META) return NOT_MINE;
  const body = start + HEADER;
  if (body + meta > end && !message.truncated) return NEED_MORE;
  const to = Math.min(body + length, end);
  message.type = NOTHING;
  if (!stream) {
    if (!readMeta(bytes, body, Math.min(body + meta, end), message) && !message.truncated) return NOT_MINE;
    if (message.type === NOTHING) message.type = RESPONSE;
    if (message.type === RESPONSE) message.status ||= OK;
  }
  message.skip = Math.max(0, body + length - end);
  return to - start;
}

export const brpc: Protocol<null> = {
  name: 'brpc',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => null,
  detect,
  read: (_, __, bytes, start, end, message) => read(bytes, start, end, message),
};
