import { u16be, u32be } from './bytes.ts';
import { readString, string } from './hessian.ts';
import { type Message, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * Bolt, the protocol of SOFARPC, versions 1 and 2 (https://github.com/sofastack/sofa-bolt): service and method by the
 * header of a request, paired by its id.
 */

const [RESPONSES, REQUESTS, ONEWAYS] = [0, 1, 2] as const;
const [HEARTBEATS, INVOCATIONS, ANSWERS] = [0, 1, 2] as const;
const MAX_HEADERS = 1 << 14;
const MAX_CONTENT = 1 << 28;
/** How much of the content is looked at. */
const MAX_LOOK = 512;
const MAX_NAME = 256;
/** Tags of Hessian; a small number is its distance from `SMALL_INT`. */
const [DEFINITION, INSTANCE, NULL, SMALL_INT, TRUE] = [0x4f, 0x6f, 0x4e, 0x90, 0x54] as const;
const REVERSED = 2 ** 33;

const HEARTBEAT = symbols.ofText('heartbeat');
const EXCEPTION = symbols.ofText('exception');
const NAMES: readonly (readonly [number, string])[] = [
  [0, ''], [1, 'ERROR'], [2, 'SERVER_EXCEPTION'], [3, 'UNKNOWN'], [4, 'SERVER_THREADPOOL_BUSY'], [5, 'ERROR_COMM'],
  [6, 'NO_PROCESSOR'], [7, 'TIMEOUT'], [8, 'CLIENT_SEND_ERROR'], [9, 'CODEC_EXCEPTION'], [16, 'CONNECTION_CLOSED'],
  [17, 'SERVER_SERIAL_EXCEPTION'], [18, 'SERVER_DESERIAL_EXCEPTION'],
]; // biome-ignore format: one list
const STATUS = new Map(
  NAMES.map(([code, name]) => [code, [symbols.ofText(String(code)), symbols.ofText(name)]] as const),
);
const UNKNOWN = [symbols.ofText('unknown'), symbols.ofText('unknown')] as const;

/** Where the fields of a packet are: version 2 has a byte for its version and one for its switches more. */
const layout = { type: 0, id: 0, lengths: 0, body: 0, names: 0, headers: 0, content: 0, stop: 0 };

const SHORTEST = 20;
const NOT_WHOLE = 0;
const INVALID = -1;

/** Reads the fixed part of a packet into `layout`: 1, NOT_WHOLE or INVALID. */
function readLayout(bytes: Uint8Array, start: number, end: number): number {
  const version = bytes[start];
  if (version !== 1 && version !== 2) return INVALID;
  if (end - start < SHORTEST) return NOT_WHOLE;
  const type = version === 1 ? start + 1 : start + 2;
  const code = u16be(bytes, type + 1);
  if (bytes[type] > ONEWAYS || code > ANSWERS || bytes[type + 3] > 2) return INVALID;
  layout.type = bytes[type];
  layout.id = type + 4;
  const after = type + 9 + (version === 2 ? 1 : 0);
  layout.lengths = after + (layout.type === RESPONSES ? 2 : 4);
  layout.body = layout.lengths + 8;
  if (layout.body > end) return NOT_WHOLE;
  layout.names = u16be(bytes, layout.lengths);
  layout.headers = u16be(bytes, layout.lengths + 2);
  layout.content = u32be(bytes, layout.lengths + 4);
  if (layout.headers > MAX_HEADERS || layout.content > MAX_CONTENT || layout.names > 1024) return INVALID;
  const checked = version === 2 && (bytes[after - 1] & 1) !== 0;
  layout.stop = layout.body + layout.names + layout.headers + layout.content + (checked ? 4 : 0);
  return code === HEARTBEATS || (code === INVOCATIONS) === (layout.type !== RESPONSES) ? 1 : INVALID;
}

/** Servers send heartbeats too: where nobody saw who opened the connection, the one that asks did. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (readLayout(bytes, start, end) !== 1) return NO;
  const isHeartbeat = u16be(bytes, layout.id - 3) === HEARTBEATS;
  const sure = (layout.type !== RESPONSES) === (from === FROM_CLIENT) ? SURE : MAYBE;
  if (isHeartbeat) return layout.names + layout.headers + layout.content === 0 && layout.stop === end ? sure : NO;
  if (layout.names === 0) return NO;
  const stop = Math.min(end, layout.body + layout.names);
  for (let i = layout.body; i < stop; i++) if (bytes[i] < 0x24 || bytes[i] > 0x7a) return NO;
  return sure;
}

function read(from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const found = readLayout(bytes, start, end);
  if (found === NOT_WHOLE) return message.truncated ? NOT_MINE : NEED_MORE;
  if (found === INVALID) return NOT_MINE;
  const { type, body, names, headers, stop } = layout;
  const content = body + names + headers;
  if (Math.min(stop, content + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
  const to = Math.min(stop, end);
  const isRequest = type !== RESPONSES;
  message.id = u32be(bytes, layout.id) + ((from === FROM_CLIENT) === isRequest ? 0 : REVERSED);
  message.skip = Math.max(0, stop - end);
  const isHeartbeat = u16be(bytes, layout.id - 3) === HEARTBEATS;
  if (isRequest) {
    message.type = type === REQUESTS ? REQUEST : ONEWAY;
    if (isHeartbeat) message.operation = HEARTBEAT;
    else {
      readHeaders(bytes, body + names, Math.min(to, content), message);
      if (message.operation === EMPTY) readMethod(bytes, content, Math.min(to, content + MAX_LOOK), message);
    }
  } else {
    message.type = RESPONSE;
    const [status, error] = STATUS.get(u16be(bytes, layout.lengths - 2)) ?? UNKNOWN;
    message.status = status;
    message.error = error;
    if (!error && !isHeartbeat && isError(bytes, content, to)) message.error = EXCEPTION;
  }
  return to - start;
}

/** Pairs of texts, each with a length of four bytes before it. */
function readHeaders(bytes: Uint8Array, at: number, end: number, message: Message): void {
  while (end - at >= 4) {
    const key = at + 4;
    const keyEnd = key + u32be(bytes, at);
    if (keyEnd + 4 > end) return;
    const value = keyEnd + 4;
    const valueEnd = value + u32be(bytes, keyEnd);
    if (valueEnd > end) return;
    if (is(bytes, key, keyEnd, 'sofa_head_method_name')) message.operation = text(bytes, value, valueEnd);
    else if (is(bytes, key, keyEnd, 'sofa_head_target_service')) message.target = text(bytes, value, valueEnd);
    else if (is(bytes, key, keyEnd, 'service') && !message.target) message.target = text(bytes, value, valueEnd);
    at = valueEnd;
  }
}

/** A SofaRequest in Hessian, for clients that leave the method out of the header: its definition, then its fields. */
function readMethod(bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (at + 2 > end || bytes[at] !== DEFINITION || bytes[at + 1] < SMALL_INT) return;
  at += 2 + bytes[at + 1] - SMALL_INT;
  if (at >= end) return;
  let before = -1;
  const fields = bytes[at++] - SMALL_INT;
  for (let field = 0; field < fields; field++) {
    if (!readString(bytes, at, end)) return;
    if (is(bytes, string.at, string.end, 'methodName')) before = field;
    at = string.after;
  }
  if (before < 0 || at + 2 > end || bytes[at] !== INSTANCE) return;
  at += 2;
  for (; before > 0; before--) {
    if (bytes[at] === NULL) at++;
    else if (readString(bytes, at, end)) at = string.after;
    else return;
  }
  if (readString(bytes, at, end)) message.operation = text(bytes, string.at, string.end);
}

function is(bytes: Uint8Array, at: number, end: number, name: string): boolean {
  if (end - at !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name.charCodeAt(i)) return false;
  return true;
}

function text(bytes: Uint8Array, at: number, end: number): SymbolId {
  return symbols.of(bytes, at, Math.min(end, at + MAX_NAME));
}

/** A SofaResponse in Hessian: its definition `O…`, then the object `o`, whose first field is `isError`. */
function isError(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== DEFINITION) return false;
  const stop = Math.min(end - 2, at + MAX_LOOK);
  for (let i = at; i < stop; i++) if (bytes[i] === INSTANCE && bytes[i + 1] === SMALL_INT) return bytes[i + 2] === TRUE;
  return false;
}

export const sofarpc: Protocol<null> = {
  name: 'sofarpc',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => null,
  detect,
  read: (_, from, bytes, start, end, message) => read(from, bytes, start, end, message),
};
