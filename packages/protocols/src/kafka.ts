import { i32be, u16be } from './bytes.ts';
import * as apis from './kafka-api.ts';
import { reader } from './kafka-reader.ts';
import { body, readBody } from './kafka-request.ts';
import { readError, UNKNOWN } from './kafka-response.ts';
import { type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { EMPTY, type SymbolId } from './symbols.ts';

/** Kafka (https://kafka.apache.org/protocol). Records are passed by. */

const MAX_SIZE = 1 << 30;
/** Bytes waited for to find a topic or an error; of Metadata, to learn the ids of topics. */
const LOOK = 4096;
const LOOK_METADATA = 48 << 10;
/** Requests of a connection whose version is remembered, by the low bits of their correlation id. */
const SLOTS = 128;

interface State {
  readonly ids: Int32Array;
  /** Api key and version of the request in a slot. */
  readonly kinds: Int32Array;
  /** The topic that the fetch session began with: later fetches name only what changed. */
  fetched: SymbolId;
  /** After SaslHandshake version 0, tokens go to and fro without headers. */
  tokens: boolean;
}

function readRequest(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const size = i32be(bytes, start);
  const total = 4 + size;
  const key = u16be(bytes, start + 4);
  const version = u16be(bytes, start + 6);
  const api = size >= 8 ? apis.apiOf(key, version) : undefined;
  if (!api) return state.tokens ? passToken(start, end, size, message) : NOT_MINE;
  const id = i32be(bytes, start + 8);
  reader.begin(bytes, start + 12, Math.min(end, start + total));
  readHeader(key, version, version >= api.flexible);
  readBody(api, version);
  if (reader.short && end - start < Math.min(total, LOOK) && !message.truncated) return NEED_MORE;
  if (key === apis.FETCH_KEY) {
    if (body.target) state.fetched = body.target;
    else body.target = state.fetched;
  }
  const slot = id & (SLOTS - 1);
  state.ids[slot] = id;
  state.kinds[slot] = (key << 8) | version;
  state.tokens = key === apis.SASL_HANDSHAKE_KEY && version === 0;
  message.type = body.silent ? ONEWAY : REQUEST;
  message.id = id >>> 0;
  message.operation = api.name;
  message.target = body.target;
  return frame(start, end, total, message);
}

function readHeader(key: number, version: number, flexible: boolean): void {
  if (key !== apis.CONTROLLED_SHUTDOWN_KEY || version > 0) reader.string(false);
  reader.tags(flexible);
}

function readResponse(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const size = i32be(bytes, start);
  const total = 4 + size;
  const id = i32be(bytes, start + 4);
  const slot = id & (SLOTS - 1);
  const kind = state.ids[slot] === id ? state.kinds[slot] : -1;
  if (kind < 0 && state.tokens) return passToken(start, end, size, message);
  message.type = RESPONSE;
  message.id = id >>> 0;
  if (kind < 0) return frame(start, end, total, message);
  const api = apis.APIS[kind >> 8];
  const version = kind & 0xff;
  reader.begin(bytes, start + 8, Math.min(end, start + total));
  if (api.key !== apis.API_VERSIONS_KEY) reader.tags(version >= api.flexible);
  const code = readError(api, version);
  const look = api.key === apis.METADATA_KEY ? LOOK_METADATA : LOOK;
  if (reader.short && end - start < Math.min(total, look) && !message.truncated) return NEED_MORE;
  state.kinds[slot] = -1;
  if (code === UNKNOWN) return frame(start, end, total, message);
  message.status = apis.statusOf(code);
  message.error = apis.errorOf(code);
  return frame(start, end, total, message);
}

function passToken(start: number, end: number, size: number, message: Message): number {
  message.type = NOTHING;
  return size > 1 << 16 ? NOT_MINE : frame(start, end, 4 + size, message);
}

function frame(start: number, end: number, total: number, message: Message): number {
  const used = Math.min(total, end - start);
  message.skip = total - used;
  return used;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < 4) return message.truncated ? NOT_MINE : NEED_MORE;
  const size = i32be(bytes, start);
  if (size < (state.tokens ? 0 : 4) || size > MAX_SIZE) return NOT_MINE;
  const needed = Math.min(4 + size, from === FROM_CLIENT ? 12 : 8);
  if (end - start < needed) return message.truncated ? NOT_MINE : NEED_MORE;
  if (needed < 8) return passToken(start, end, size, message);
  return from === FROM_CLIENT
    ? readRequest(state, bytes, start, end, message)
    : readResponse(state, bytes, start, end, message);
}

/** A request is certain where its header fits: a known key and version, a readable client id, frames that follow each other. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < 8) return NO;
  const size = i32be(bytes, start);
  const next = start + 4 + size;
  if (size < 4 || size > MAX_SIZE) return NO;
  if (from !== FROM_CLIENT) {
    const id = i32be(bytes, start + 4);
    if (id < 0 || id > 1 << 28 || next > end) return NO;
    return next === end || (next + 8 <= end && i32be(bytes, next + 4) === id + 1) ? MAYBE : NO;
  }
  if (size < 8 || end - start < 14) return NO;
  const key = u16be(bytes, start + 4);
  const version = u16be(bytes, start + 6);
  if (!apis.apiOf(key, version) || i32be(bytes, start + 8) < 0) return NO;
  reader.begin(bytes, start + 12, Math.min(end, next));
  const named = reader.string(false);
  const length = reader.textEnd - reader.textAt;
  if (!isPrintable(bytes, reader.textAt, reader.textEnd)) return NO;
  if (!named && u16be(bytes, start + 12) !== 0xffff) return NO;
  if (key === apis.PRODUCE_KEY && !isProduce(version)) return NO;
  if (next + 8 <= end && !apis.apiOf(u16be(bytes, next + 4), u16be(bytes, next + 6))) return NO;
  if (named && length >= 2 && length <= 255) return SURE;
  return next === end ? MAYBE : NO;
}

/** The first responses of a connection look like Produce, whose key is 0: a list of topics tells it from them. */
function isProduce(version: number): boolean {
  const flexible = version >= apis.APIS[apis.PRODUCE_KEY].flexible;
  reader.tags(flexible);
  if (version >= 3) reader.string(flexible);
  const acks = reader.i16();
  const timeout = reader.i32();
  const topics = reader.array(flexible);
  if (reader.short) return true;
  if (acks < -1 || acks > 1 || timeout < 0 || topics < 1) return false;
  if (version >= 13) return true;
  const named = reader.string(flexible);
  return reader.short || (named && isPrintable(reader.bytes, reader.textAt, reader.textEnd));
}

function isPrintable(bytes: Uint8Array, at: number, end: number): boolean {
  for (; at < end; at++) if (bytes[at] < 0x20 || bytes[at] > 0x7e) return false;
  return true;
}

export const kafka: Protocol<State> = {
  name: 'kafka',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({
    ids: new Int32Array(SLOTS),
    kinds: new Int32Array(SLOTS).fill(-1),
    fetched: EMPTY,
    tokens: false,
  }),
  detect,
  read,
};
