import { u16be, u24le, u32be } from './bytes.ts';
import { isRequest, OPTIONS, readRequestBody, STARTUP } from './cassandra-request.ts';
import { AUTHENTICATE, isResponse, READY, readResponseBody } from './cassandra-response.ts';
import { connect, type State } from './cassandra-state.ts';
import { type Message, MORE, NOTHING } from './message.ts';
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

/**
 * Cassandra's native protocol, versions 3 to 5 (https://cassandra.apache.org/doc/latest/cassandra/reference/native-protocol.html):
 * requests and responses are paired by their stream id. Values and rows are passed by.
 */

const HEADER = 9;
const RESPONSES = 0x80;
const MAX_LENGTH = 256 << 20;
/** How much of a body that is cut off must be there for its envelope to be certain. */
const MIN_BODY = 8;
/** How much of an envelope is read. */
const MAX_LOOK = 8192;

/** Frames of version 5, without and with compression, and the checksum after their content. */
const FRAME_HEADER = 6;
const PACKED_HEADER = 8;
const TRAILER = 4;
const MAX_FRAME = 0x1ffff;

/** Whether an envelope begins at `at`. */
function isEnvelope(bytes: Uint8Array, at: number, from: Direction): boolean {
  const version = from === FROM_CLIENT ? bytes[at] : bytes[at] ^ RESPONSES;
  if (version < 3 || version > 5 || bytes[at + 1] > 0x1f) return false;
  // Version 5 compresses frames, not envelopes; SOCKS 5 requests begin with these two bytes.
  if (version === 5 && (bytes[at + 1] & 1) !== 0) return false;
  if (u32be(bytes, at + 5) > MAX_LENGTH) return false;
  return from === FROM_CLIENT ? isRequest(bytes[at + 4]) && bytes[at + 2] < 0x80 : isResponse(bytes[at + 4]);
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < HEADER) return NO;
  if (!isEnvelope(bytes, start, direction)) return detectFrame(bytes, start, end, direction);
  const stop = start + HEADER + u32be(bytes, start + 5);
  if (stop > end && end - start < HEADER + MIN_BODY) return MAYBE;
  if (stop < end) return end - stop < HEADER || isEnvelope(bytes, stop, direction) ? SURE : NO;
  if (direction !== FROM_CLIENT) return SURE;
  if (bytes[start + 4] === OPTIONS) return stop === start + HEADER ? SURE : NO;
  return stop === end || bytes[start + 4] !== STARTUP ? SURE : MAYBE;
}

/** A frame of version 5 that holds whole envelopes. */
function detectFrame(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < FRAME_HEADER + HEADER) return NO;
  const head = u24le(bytes, start);
  const envelope = start + FRAME_HEADER;
  if (head >> 18 !== 0 || (bytes[envelope] & 0x7f) !== 5 || !isEnvelope(bytes, envelope, direction)) return NO;
  return u32be(bytes, envelope + 5) + HEADER <= (head & MAX_FRAME) || !(head & 0x20000) ? SURE : NO;
}

function readEnvelope(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): number {
  if (end - at < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  if (!isEnvelope(bytes, at, from)) return NOT_MINE;
  const length = u32be(bytes, at + 5);
  const stop = at + HEADER + length;
  const to = Math.min(stop, end);
  if (to < Math.min(stop, at + MAX_LOOK) && !message.truncated && !state.framed[from]) return NEED_MORE;
  const opcode = bytes[at + 4];
  message.id = u16be(bytes, at + 2);
  if (from === FROM_CLIENT) readRequestBody(state, opcode, bytes[at + 1], bytes, at + HEADER, to, message);
  else readResponseBody(state, opcode, bytes[at + 1], bytes, at + HEADER, to, message);
  const fifth = (bytes[at] & 0x7f) === 5;
  if (fifth && !state.framed[from]) begin(state, from, opcode, bytes, at + HEADER, to);
  return HEADER + length;
}

/** After STARTUP and its answer, version 5 puts envelopes into frames. */
function begin(state: State, from: Direction, opcode: number, bytes: Uint8Array, at: number, end: number): void {
  if (from === FROM_CLIENT && opcode === STARTUP) {
    state.framed[from] = true;
    state.packed = hasText(bytes, at, end, 'COMPRESSION');
  } else if (from !== FROM_CLIENT && (opcode === READY || opcode === AUTHENTICATE)) state.framed[from] = true;
}

function hasText(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  search: for (let i = at; i + text.length <= end; i++) {
    for (let j = 0; j < text.length; j++) if (bytes[i + j] !== text.charCodeAt(j)) continue search;
    return true;
  }
  return false;
}

/** Reads one envelope, or as much of it as one frame holds, with the frame's header before and checksum after it. */
function readFramed(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  let at = start;
  let left = state.frameLeft[from];
  if (left === 0) {
    const header = state.packed ? PACKED_HEADER : FRAME_HEADER;
    if (end - at < header) return message.truncated ? NOT_MINE : NEED_MORE;
    left = u24le(bytes, at) & MAX_FRAME;
    if (state.packed && ((bytes[at + 2] >> 1) | (bytes[at + 3] << 7) | ((bytes[at + 4] & 3) << 15)) !== 0)
      return pass(start, at + header + left + TRAILER, end, message);
    at += header;
    if (left === 0) return pass(start, at + TRAILER, end, message);
  }
  const inFrame = Math.min(end, at + left);
  let size = state.envelopeLeft[from];
  if (size > 0) {
    message.type = MORE;
    message.id = state.stream[from];
  } else {
    if (Math.min(left, MAX_LOOK) > inFrame - at && !message.truncated) return NEED_MORE;
    if (left < HEADER) return NOT_MINE;
    size = readEnvelope(state, from, bytes, at, inFrame, message);
    if (size <= 0) return size;
    state.stream[from] = message.id;
  }
  const taken = Math.min(size, left);
  state.envelopeLeft[from] = size - taken;
  state.frameLeft[from] = left - taken;
  message.open = size > taken;
  return pass(start, at + taken + (left === taken ? TRAILER : 0), end, message);
}

function pass(start: number, stop: number, end: number, message: Message): number {
  message.skip = Math.max(0, stop - end);
  return Math.min(stop, end) - start;
}

function forget(state: State, from: Direction): void {
  state.frameLeft[from] = state.envelopeLeft[from] = 0;
}

export const cassandra: Protocol<State> = {
  name: 'cassandra',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect,
  detect,
  read(state, from, bytes, start, end, message) {
    message.type = NOTHING;
    const joined = !state.framed[from] && end - start >= HEADER && !isEnvelope(bytes, start, from);
    if (joined && detectFrame(bytes, start, end, from) !== NO) state.framed[from] = true;
    if (state.framed[from]) {
      const consumed = readFramed(state, from, bytes, start, end, message);
      if (consumed === NOT_MINE) forget(state, from);
      return consumed;
    }
    const size = readEnvelope(state, from, bytes, start, end, message);
    return size <= 0 ? size : pass(start, start + size, end, message);
  },
  lost: forget,
};
