import { read as args, readArguments } from './amqp-arguments.ts';
import * as methods from './amqp-methods.ts';
import { startsWith, u16be, u32be } from './bytes.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * AMQP 0-9-1 (RabbitMQ and others). Methods that ask and their replies are exchanges per channel, begun by either end;
 * publish, deliver, return and acknowledgements are one-way, with their content. A channel or connection that the broker
 * closes fails the request that waits for it.
 */

const METHOD = 1;
const CONTENT_HEADER = 2;
const BODY = 3;
const HEARTBEAT = 8;
const FRAME_END = 0xce;
const FRAME_HEADER = 7;
const MAX_FRAME = 1 << 24;
/** Bytes of a method that are waited for: all names of it lie before. */
const LOOK = 1100;
const PROTOCOL_HEADER = 8;
const MAX_PENDING = 256;
/** Ids below are those of contents: channel and direction. */
const FIRST_ID = 1 << 17;

const OK = symbols.ofText('OK');
const NO_MESSAGE = symbols.ofText('EMPTY');
const NACK = symbols.ofText('nack');
const STATUS = new Map<number, SymbolId>();

interface State {
  /** Requests without a reply: channel and method number, and the id given to them. */
  readonly pending: { key: number; id: number }[];
  nextId: number;
  /** Bytes of content still to come, and the id they belong to, by channel and direction. */
  readonly left: Map<number, number>;
  readonly owner: Map<number, number>;
  vhost: SymbolId;
  /** A close frame is read twice: for the request that it fails, and for itself. Its size, else -1. */
  again: number;
}

function keyOf(channel: number, method: number, from: Direction): number {
  return (channel * (1 << 14) + method) * 2 + from;
}

function contentKey(channel: number, from: Direction): number {
  return channel * 2 + from;
}

function ask(state: State, key: number): number {
  const id = state.nextId++;
  if (state.pending.length >= MAX_PENDING) state.pending.shift();
  state.pending.push({ key, id });
  return id;
}

/** The id of the oldest request with this key, which is then no longer pending; -1 where there is none. */
function answer(state: State, key: number): number {
  for (let i = 0; i < state.pending.length; i++) {
    if (state.pending[i].key !== key) continue;
    const { id } = state.pending[i];
    state.pending.splice(i, 1);
    return id;
  }
  return -1;
}

function readMethod(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  end: number,
  size: number,
  message: Message,
): number {
  const channel = u16be(bytes, at + 1);
  const payload = at + FRAME_HEADER;
  const stop = Math.min(end, payload + size);
  if (stop - payload < 4) return message.truncated || size < 4 ? NOT_MINE : NEED_MORE;
  const number = methods.methodNumber(u16be(bytes, payload), u16be(bytes, payload + 2));
  const method = methods.methodOf(number);
  if (!method) return NOT_MINE;
  readArguments(method, bytes, payload + 4, stop);
  const closes = number === methods.CHANNEL_CLOSE || number === methods.CONNECTION_CLOSE;
  const short = args.short || (closes && args.at + 4 > stop);
  if (short && stop - payload < Math.min(size, LOOK) && !message.truncated) return NEED_MORE;
  if (closes && from === FROM_SERVER && state.again < 0 && failRequest(state, channel, number, bytes, stop, message)) {
    state.again = size;
    return 1;
  }
  state.again = -1;
  const key = keyOf(channel, number, from);
  if (number === methods.CONNECTION_OPEN) state.vhost = args.target;
  message.namespace = state.vhost;
  if (method.kind === methods.REPLY) {
    message.type = RESPONSE;
    message.id = answer(state, keyOf(channel, method.answers, from === FROM_CLIENT ? FROM_SERVER : FROM_CLIENT));
    if (message.id < 0) message.type = NOTHING;
    if (number === methods.BASIC_GET_EMPTY) message.status = NO_MESSAGE;
    else if (method.answers !== methods.CHANNEL_CLOSE && method.answers !== methods.CONNECTION_CLOSE)
      message.status = OK;
  } else {
    const asks = method.kind === methods.SYNC && !args.noWait;
    message.type = asks ? REQUEST : ONEWAY;
    message.id = asks ? ask(state, key) : contentKey(channel, from);
    message.operation = method.name;
    message.target = args.target;
    if (args.code > 0) fail(message);
    if (number === methods.BASIC_NACK && from === FROM_SERVER) message.error = NACK;
  }
  if (method.content) {
    message.open = true;
    state.left.set(contentKey(channel, from), -1);
    state.owner.set(contentKey(channel, from), message.id);
  }
  return frame(at, end, size, message);
}

/** The request that a close names, or the only one of its channel that waits, gets the close's code as its response. */
function failRequest(state: State, channel: number, number: number, bytes: Uint8Array, stop: number, message: Message) {
  if (args.code === 200 || args.at + 4 > stop) return false;
  const failed = methods.methodNumber(u16be(bytes, args.at), u16be(bytes, args.at + 2));
  let id = answer(state, keyOf(channel, failed, FROM_CLIENT));
  if (id < 0 && number === methods.CONNECTION_CLOSE)
    for (const { key } of [...state.pending]) if (id < 0 && (key >> 1) % (1 << 14) === failed) id = answer(state, key);
  if (id < 0) return false;
  message.type = RESPONSE;
  message.id = id;
  fail(message);
  return true;
}

function fail(message: Message): void {
  let status = STATUS.get(args.code);
  if (status === undefined) STATUS.set(args.code, (status = symbols.ofText(String(args.code))));
  message.status = status;
  if (args.code < 300) return;
  message.error = status;
  message.errorText = args.text;
}

/** A content header or a body frame. */
function readContent(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  at: number,
  end: number,
  size: number,
  message: Message,
): number {
  const key = contentKey(u16be(bytes, at + 1), from);
  const left = state.left.get(key);
  if (bytes[at] === CONTENT_HEADER) {
    if (size < 14) return NOT_MINE;
    if (end - at < FRAME_HEADER + 12) return message.truncated ? NOT_MINE : NEED_MORE;
    const total = u32be(bytes, at + FRAME_HEADER + 4) * 2 ** 32 + u32be(bytes, at + FRAME_HEADER + 8);
    follow(state, key, left === undefined ? undefined : total, message);
  } else follow(state, key, left === undefined ? undefined : Math.max(0, left - size), message);
  return frame(at, end, size, message);
}

/** Bytes of the content of `key`, of which `left` are still to come. */
function follow(state: State, key: number, left: number | undefined, message: Message): void {
  if (left === undefined) return;
  message.type = MORE;
  message.id = state.owner.get(key) ?? -1;
  if (message.id < 0) message.type = NOTHING;
  message.open = left > 0;
  if (left > 0) state.left.set(key, left);
  else {
    state.left.delete(key);
    state.owner.delete(key);
  }
}

function frame(at: number, end: number, size: number, message: Message): number {
  const total = FRAME_HEADER + size + 1;
  const used = Math.min(total, end - at);
  message.skip = total - used;
  return used;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (state.again >= 0 && from === FROM_SERVER) {
    const used = readMethod(state, from, bytes, start - 1, end, state.again, message);
    return used > 0 ? used - 1 : used;
  }
  if (end - start < FRAME_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  if (bytes[start] === 0x41) {
    if (!startsWith(bytes, start, end, 'AMQP')) return NOT_MINE;
    if (end - start < PROTOCOL_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
    return PROTOCOL_HEADER;
  }
  const size = u32be(bytes, start + 3);
  const after = start + FRAME_HEADER + size;
  if (size > MAX_FRAME || (after < end && bytes[after] !== FRAME_END)) return NOT_MINE;
  switch (bytes[start]) {
    case METHOD:
      return readMethod(state, from, bytes, start, end, size, message);
    case CONTENT_HEADER:
    case BODY:
      return readContent(state, from, bytes, start, end, size, message);
    case HEARTBEAT:
      return size === 0 ? frame(start, end, size, message) : NOT_MINE;
    default:
      return NOT_MINE;
  }
}

function isProtocolHeader(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < PROTOCOL_HEADER || !startsWith(bytes, at, end, 'AMQP')) return false;
  const rest = u32be(bytes, at + 4);
  return rest === 0x00000901 || rest === 0x01010009 || rest === 0x01010800 || rest === 0x00000900;
}

/** Frames that end with the frame-end octet, each with a known type and a method of this side. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (isProtocolHeader(bytes, start, end)) return from === FROM_CLIENT ? SURE : MAYBE;
  let at = start;
  for (let frames = 0; frames < 4 && at + FRAME_HEADER + 4 <= end; frames++) {
    const type = bytes[at];
    const size = u32be(bytes, at + 3);
    const after = at + FRAME_HEADER + size;
    if ((type < METHOD || type > BODY) && type !== HEARTBEAT) return NO;
    if (size > MAX_FRAME || (after < end && bytes[after] !== FRAME_END)) return NO;
    if (type === METHOD) {
      const number = methods.methodNumber(u16be(bytes, at + 7), u16be(bytes, at + 9));
      if (!methods.methodOf(number) || !methods.isOf(number, from === FROM_CLIENT)) return NO;
    }
    if (type === CONTENT_HEADER && (u16be(bytes, at + 7) !== 60 || u16be(bytes, at + 9) !== 0)) return NO;
    if (type === HEARTBEAT && size !== 0) return NO;
    if (after >= end) return type === BODY && frames === 0 ? NO : MAYBE;
    at = after + 1;
  }
  return at > start
    ? SURE
    : end - start === 8 && bytes[start] === HEARTBEAT && bytes[start + 7] === FRAME_END
      ? MAYBE
      : NO;
}

export const amqp: Protocol<State> = {
  name: 'amqp',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ pending: [], nextId: FIRST_ID, left: new Map(), owner: new Map(), vhost: EMPTY, again: -1 }),
  detect,
  read,
  lost(state, from) {
    if (from === FROM_SERVER) state.again = -1;
    for (const key of [...state.left.keys()]) {
      if (key % 2 !== from) continue;
      state.left.delete(key);
      state.owner.delete(key);
    }
  },
};
