import { u32be } from './bytes.ts';
import { type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import * as commands from './pulsar-commands.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * Pulsar's binary protocol (https://pulsar.apache.org/docs/developing-binary-protocol/): protobuf commands, each in a frame.
 * A SEND and its receipt meet by producer and sequence number, other commands by request id. Payloads are passed by.
 */

const PREFIX = 8;
const MAX_FRAME = 1 << 27;
const MAX_COMMAND = 1 << 15;
const MAX_OWNERS = 4096;
const TYPE_TAG = 0x08;

/** Ids beside request ids, which are below. */
const CONNECT_ID = 2 ** 49;
const PING_ID = CONNECT_ID + 1;
const SEND_ID = 2 ** 51;

const OK = symbols.ofText('OK');
const PARTITION = '-partition-';

interface State {
  /** Topics of producer and of consumer ids. */
  readonly producers: Map<number, SymbolId>;
  readonly consumers: Map<number, SymbolId>;
}

/** What the fields of the command that was read last say; -1 where they are not there. */
class Fields {
  request = -1;
  owner = -1;
  sequence = -1;
  error = -1;
  topicAt = 0;
  topicEnd = 0;
  textAt = 0;
  textEnd = 0;
}
const fields = new Fields();

let after = 0;
/** The varint at `at`, `after` its end; -1 where it is not whole. Exact up to 2^53. */
function varint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let scale = 1; at < end && scale <= 2 ** 63; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      after = at;
      return value;
    }
  }
  return -1;
}

/** Reads the fields of a command in `[at, end)`. */
function readFields(command: commands.Command, isSend: boolean, bytes: Uint8Array, at: number, end: number): boolean {
  fields.request = fields.owner = fields.sequence = fields.error = -1;
  fields.topicAt = fields.topicEnd = fields.textAt = fields.textEnd = 0;
  while (at < end) {
    const tag = varint(bytes, at, end);
    if (tag < 8) return false;
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    const value = wire === 0 || wire === 2 ? varint(bytes, after, end) : 0;
    if (value < 0 || (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5)) return false;
    if (wire === 0) {
      if (field === command.request) fields.request = value;
      else if (field === command.owner) fields.owner = value;
      else if (field === command.error) fields.error = value;
      else if (isSend && field === 2) fields.sequence = value;
      at = after;
      continue;
    }
    const start = after;
    at = wire === 2 ? start + value : start + (wire === 1 ? 8 : 4);
    if (at > end) return false;
    if (field === command.topic) {
      fields.topicAt = start;
      fields.topicEnd = at;
    } else if (field === command.text) {
      fields.textAt = start;
      fields.textEnd = at;
    }
  }
  return true;
}

/** The topic without the number of its partition. */
function topic(bytes: Uint8Array, at: number, end: number): SymbolId {
  let digits = end;
  while (digits > at && bytes[digits - 1] >= 0x30 && bytes[digits - 1] <= 0x39) digits--;
  const stop = digits - PARTITION.length;
  if (digits === end || stop <= at) return symbols.of(bytes, at, end);
  for (let i = 0; i < PARTITION.length; i++)
    if (bytes[stop + i] !== PARTITION.charCodeAt(i)) return symbols.of(bytes, at, end);
  return symbols.of(bytes, at, stop);
}

function idOf(type: number, from: Direction): number {
  const other = from === FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
  if (type === commands.CONNECT || type === commands.CONNECTED) return CONNECT_ID;
  if (type === commands.PING) return PING_ID + from;
  if (type === commands.PONG) return PING_ID + other;
  if (fields.sequence >= 0) return SEND_ID + (fields.owner % 2 ** 16) * 2 ** 32 + (fields.sequence % 2 ** 32);
  return fields.request >= CONNECT_ID ? CONNECT_ID : fields.request;
}

function remember(map: Map<number, SymbolId>, owner: number, target: SymbolId): void {
  if (map.size < MAX_OWNERS || map.has(owner)) map.set(owner, target);
}

function readCommand(
  state: State,
  type: number,
  command: commands.Command,
  from: Direction,
  bytes: Uint8Array,
  message: Message,
): void {
  message.id = idOf(type, from);
  if (command.kind === commands.ANSWERS) {
    message.type = RESPONSE;
    message.status = OK;
    const failed = type === commands.ERROR || type === commands.SEND_ERROR ? Math.max(0, fields.error) : fields.error;
    if (failed < 0) return;
    message.status = message.error = commands.errorOf(failed);
    message.errorText = scrub(bytes, fields.textAt, fields.textEnd);
    return;
  }
  const closes = type === commands.CLOSE_PRODUCER || type === commands.CLOSE_CONSUMER;
  const asks =
    type === commands.ACK ? fields.request >= 0 : command.kind === commands.ASKS && !(closes && from === FROM_SERVER);
  if (command.kind === commands.IGNORED) return;
  message.type = asks ? REQUEST : ONEWAY;
  if (!asks) message.id = -1;
  message.operation = command.name;
  if (fields.topicEnd > 0) {
    message.target = topic(bytes, fields.topicAt, fields.topicEnd);
    if (type === commands.PRODUCER) remember(state.producers, fields.owner, message.target);
    else if (type === commands.SUBSCRIBE) remember(state.consumers, fields.owner, message.target);
    return;
  }
  const produces = type === commands.SEND || type === commands.CLOSE_PRODUCER;
  message.target = (produces ? state.producers : state.consumers).get(fields.owner) ?? EMPTY;
}

/** The type of the command at `at` and its fields' place in `[after, at + size)`; -1 where it is none. */
function typeOf(bytes: Uint8Array, at: number, size: number, end: number): number {
  const stop = Math.min(end, at + size);
  if (size < 4 || bytes[at] !== TYPE_TAG) return -1;
  const type = varint(bytes, at + 1, stop);
  if (!commands.commandOf(type)) return -1;
  if (varint(bytes, after, stop) !== type * 8 + 2) return -1;
  const length = varint(bytes, after, stop);
  return length >= 0 && after + length === at + size ? type : -1;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < PREFIX) return message.truncated ? NOT_MINE : NEED_MORE;
  const total = u32be(bytes, start);
  const size = u32be(bytes, start + 4);
  if (total > MAX_FRAME || size + 4 > total || size > MAX_COMMAND) return NOT_MINE;
  const stop = start + PREFIX + size;
  if (stop > end)
    return message.truncated || (bytes[start + PREFIX] !== TYPE_TAG && end > start + PREFIX) ? NOT_MINE : NEED_MORE;
  const type = typeOf(bytes, start + PREFIX, size, end);
  const command = commands.commandOf(type);
  if (!command) return NOT_MINE;
  const isSend = type >= commands.SEND && type <= commands.SEND_ERROR;
  if (!readFields(command, isSend, bytes, after, stop)) return NOT_MINE;
  message.type = NOTHING;
  readCommand(state, type, command, from, bytes, message);
  const used = Math.min(end - start, 4 + total);
  message.skip = 4 + total - used;
  return used;
}

/** Sizes that fit, and the command's type said twice, as its number and as the field that holds it, from its own side. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (end - start < PREFIX + 4) return NO;
  const total = u32be(bytes, start);
  const size = u32be(bytes, start + 4);
  if (total > MAX_FRAME || size + 4 > total || size > MAX_COMMAND) return NO;
  const type = typeOf(bytes, start + PREFIX, size, end);
  return type >= 0 && commands.isOf(type, from === FROM_CLIENT) ? SURE : NO;
}

export const pulsar: Protocol<State> = {
  name: 'pulsar',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ producers: new Map(), consumers: new Map() }),
  detect,
  read,
};
