import { u16be, u32be } from './bytes.ts';
import { type Message, NO_ID, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { CALL, EXCEPTION, head, ONEWAY_CALL, REPLY, readHead, setName, setResult } from './thrift-message.ts';
import * as struct from './thrift-struct.ts';
import { CUT, INVALID } from './thrift-struct.ts';

/**
 * Apache Thrift: binary and compact encoding, framed or not, THeader, multiplexed services, and the trace header that
 * Finagle puts before a message. Values are passed by.
 */

const MAX_FRAME = 1 << 28;
const HEADER_MAGIC = 0x0fff;
const MAX_WAITING = 4096;

interface State {
  /** Sequence numbers waited for. Clients that always send the same one are answered in order. */
  readonly waiting: Set<number>;
  last: number;
}

/** Where the message in a frame begins: after THeader's or Finagle's header; CUT or INVALID. */
function messageAt(bytes: Uint8Array, at: number, end: number, whole: boolean): number {
  if (end - at < 2) return CUT;
  if (u16be(bytes, at) === HEADER_MAGIC) {
    if (end - at < 12) return CUT;
    const body = at + 10 + u16be(bytes, at + 8) * 4;
    const transforms = struct.varintEnd(bytes, at + 10, end);
    if (transforms === CUT || transforms >= end) return CUT;
    if (transforms < 0 || bytes[transforms] !== 0) return INVALID;
    return body <= end ? body : CUT;
  }
  if (bytes[at] === 0 && bytes[at + 1] === 0x80) return at + 1;
  if ((bytes[at] & 0xfd) === 0x80 || bytes[at] === 0 || bytes[at] > 15) return at;
  const after = struct.binaryStructEnd(bytes, at, end);
  return after === CUT && whole ? INVALID : after;
}

function isFrame(bytes: Uint8Array, start: number): boolean {
  return bytes[start] < 0x10 && u32be(bytes, start) >= 4;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < 8) return NO;
  const found = readHead(bytes, start, end);
  if (found >= 0) return judge(bytes, direction, false);
  const length = u32be(bytes, start);
  if (!isFrame(bytes, start) || length > MAX_FRAME) return NO;
  const stop = Math.min(end, start + 4 + length);
  const at = messageAt(bytes, start + 4, stop, stop < end || start + 4 + length === end);
  if (at < 0 || readHead(bytes, at, stop) < 0) return NO;
  return judge(bytes, direction, true);
}

/** Names that are none, and kinds that the other end sends, are not Thrift. */
function judge(bytes: Uint8Array, direction: Direction, framed: boolean): Detection {
  const request = head.kind === CALL || head.kind === ONEWAY_CALL;
  if (request !== (direction === FROM_CLIENT)) return NO;
  const first = bytes[head.nameAt];
  if (first < 0x41 || (first > 0x5a && first < 0x5f)) return NO;
  const versioned = head.compact || head.body - head.nameEnd === 4;
  return versioned ? SURE : framed ? SURE : MAYBE;
}

function read(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < 4) return message.truncated ? NOT_MINE : NEED_MORE;
  let at = readHead(bytes, start, end);
  let stop = -1;
  if (at === INVALID && isFrame(bytes, start)) {
    const length = u32be(bytes, start);
    if (length > MAX_FRAME) return NOT_MINE;
    stop = start + 4 + length;
    const to = Math.min(stop, end);
    at = messageAt(bytes, start + 4, to, stop <= end);
    if (at >= 0) at = readHead(bytes, at, to);
    if (at === INVALID || (at === CUT && stop <= end)) return NOT_MINE;
    if (at >= 0 && head.kind >= REPLY && Math.min(stop, at + 256) > end && !message.truncated) return NEED_MORE;
  } else if (at >= 0) {
    stop = head.compact ? struct.compactStructEnd(bytes, at, end) : struct.binaryStructEnd(bytes, at, end);
    if (stop === INVALID) return NOT_MINE;
    if (stop === CUT && !message.truncated) return NEED_MORE;
    if (stop === CUT) stop = end;
  }
  if (at === CUT) return message.truncated ? NOT_MINE : NEED_MORE;
  if (at < 0) return NOT_MINE;
  const to = Math.min(stop, end);
  setMessage(state, bytes, at, to, message);
  message.skip = stop - to;
  return to - start;
}

function setMessage(state: State, bytes: Uint8Array, at: number, end: number, message: Message): void {
  const { kind, sequence } = head;
  if (kind === REPLY || kind === EXCEPTION) {
    message.type = RESPONSE;
    message.id = state.waiting.delete(sequence) ? sequence : NO_ID;
    setResult(bytes, at, end, message);
    return;
  }
  message.type = kind === CALL ? REQUEST : ONEWAY;
  setName(bytes, message);
  if (kind !== CALL) return;
  if (sequence !== state.last && !state.waiting.has(sequence) && state.waiting.size < MAX_WAITING) {
    state.waiting.add(sequence);
    message.id = sequence;
  }
  state.last = sequence;
}

export const thrift: Protocol<State> = {
  name: 'thrift',
  transport: 'both',
  mode: 'stream',
  pairing: 'order',
  stateless: false,
  connect: () => ({ waiting: new Set(), last: -1 }),
  detect,
  read: (state, _, bytes, start, end, message) => read(state, bytes, start, end, message),
};
