import * as bson from './bson.ts';
import { u32le } from './bytes.ts';
import { type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { readCommand, readFullName, readReply } from './mongo-command.ts';
import {
  type Detection,
  type Direction,
  FROM_CLIENT,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { symbols } from './symbols.ts';

/**
 * MongoDB's wire protocol (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/): OP_MSG and the legacy
 * messages; requests are found again by their id. Documents are passed by but for the names in a command.
 */

const HEADER = 16;
const MAX_LENGTH = 48_000_000 + 16_384;
/** How much of a message is read. */
const MAX_LOOK = 4096;

const [REPLY, UPDATE, INSERT, QUERY, GET_MORE, DELETE, KILL_CURSORS, COMMAND, COMMAND_REPLY, COMPRESSED, MSG] = [
  1, 2001, 2002, 2004, 2005, 2006, 2007, 2010, 2011, 2012, 2013,
] as const;
const CHECKSUM = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
/** Flags of a legacy reply. */
const [CURSOR_NOT_FOUND, QUERY_FAILURE] = [1, 2];

const OK = symbols.ofText('OK');
/** What a reply to a command says where a reply to GETMORE has but a flag: code and name. */
const [NO_CURSOR_CODE, NO_CURSOR] = ['43', 'CursorNotFound'].map((text) => symbols.ofText(text));
const PACKED = symbols.ofText('COMPRESSED');
const [UPDATES, INSERTS, DELETES, GETS_MORE, KILLS] = ['update', 'insert', 'delete', 'getMore', 'killCursors'].map(
  (text) => symbols.ofText(text),
);

interface State {
  /** The reply that announced another one with nobody asking (exhaust cursors, streaming `hello`); -1: none. */
  announced: number;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < HEADER + 5) return NO;
  const length = u32le(bytes, start);
  if (length < HEADER + 5 || length > MAX_LENGTH) return NO;
  const to = Math.min(end, start + length);
  const at = start + HEADER;
  const responseTo = u32le(bytes, start + 8);
  const opcode = u32le(bytes, start + 12);
  if (direction === FROM_CLIENT && responseTo !== 0 && responseTo !== 0xffffffff) return NO;
  switch (opcode) {
    case MSG: {
      if (u32le(bytes, at) & ~(CHECKSUM | MORE_TO_COME | EXHAUST_ALLOWED)) return NO;
      const kind = bytes[at + 4];
      if (kind > 1 || to - at < 9) return NO;
      return u32le(bytes, at + 5) <= length - HEADER - 5 && u32le(bytes, at + 5) >= 5 ? SURE : NO;
    }
    case COMPRESSED: {
      if (to - at < 9) return NO;
      const original = u32le(bytes, at);
      const known = original === MSG || original === REPLY || (original >= UPDATE && original <= KILL_CURSORS);
      return known && bytes[at + 8] <= 3 && u32le(bytes, at + 4) <= MAX_LENGTH ? SURE : NO;
    }
    case REPLY:
      return direction !== FROM_CLIENT && length >= HEADER + 20 && u32le(bytes, at) < 16 ? SURE : NO;
    case COMMAND_REPLY:
      return direction !== FROM_CLIENT ? SURE : NO;
    case COMMAND:
      return direction === FROM_CLIENT ? SURE : NO;
    case KILL_CURSORS:
      return direction === FROM_CLIENT && u32le(bytes, at) === 0 ? SURE : NO;
    case UPDATE:
    case INSERT:
    case QUERY:
    case GET_MORE:
    case DELETE: {
      const stop = bson.textEnd(bytes, at + 4, to);
      if (direction !== FROM_CLIENT || stop < 0 || bytes.subarray(at + 4, stop).indexOf(0x2e) < 1) return NO;
      return SURE;
    }
    default:
      return NO;
  }
}

function readRequest(bytes: Uint8Array, opcode: number, at: number, end: number, message: Message): void {
  message.type = REQUEST;
  switch (opcode) {
    case MSG:
      if (end - at < 5) return;
      if (u32le(bytes, at) & MORE_TO_COME) message.type = ONEWAY;
      readSections(bytes, at + 4, end, message, readCommand);
      return;
    case QUERY: {
      const name = bson.textEnd(bytes, at + 4, end);
      if (name > 0 && readFullName(bytes, at + 4, name, message) && name + 13 <= end)
        readCommand(bytes, name + 9, end, message);
      return;
    }
    case COMMAND: {
      const database = bson.textEnd(bytes, at, end);
      const name = database < 0 ? -1 : bson.textEnd(bytes, database + 1, end);
      if (name < 0) return;
      message.namespace = symbols.of(bytes, at, Math.min(database, at + 128));
      if (name + 5 <= end) readCommand(bytes, name + 1, end, message);
      return;
    }
    case KILL_CURSORS:
      message.type = ONEWAY;
      message.operation = KILLS;
      return;
    default: {
      if (opcode !== GET_MORE) message.type = ONEWAY;
      const name = bson.textEnd(bytes, at + 4, end);
      if (name > 0) readFullName(bytes, at + 4, name, message);
      message.operation =
        opcode === UPDATE ? UPDATES : opcode === INSERT ? INSERTS : opcode === DELETE ? DELETES : GETS_MORE;
    }
  }
}

/** The section that is a document; document sequences may stand before it. */
function readSections(
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
  use: (bytes: Uint8Array, at: number, end: number, message: Message) => void,
): void {
  while (end - at >= 5) {
    const length = u32le(bytes, at + 1);
    if (length < 4) return;
    if (bytes[at] === 0) {
      use(bytes, at + 1, Math.min(end, at + 1 + length), message);
      return;
    }
    if (bytes[at] !== 1) return;
    at += 1 + length;
  }
}

function readResponse(bytes: Uint8Array, opcode: number, at: number, end: number, message: Message): void {
  message.type = RESPONSE;
  message.status = OK;
  switch (opcode) {
    case MSG:
      if (end - at < 5) return;
      readSections(bytes, at + 4, end, message, readReply);
      return;
    case REPLY: {
      const flags = end - at < 4 ? 0 : u32le(bytes, at);
      if (flags & CURSOR_NOT_FOUND) {
        message.status = NO_CURSOR_CODE;
        message.error = NO_CURSOR;
      }
      if (end - at < 24) return;
      const failed = (flags & QUERY_FAILURE) !== 0;
      const isCommand = u32le(bytes, at + 16) === 1;
      if (failed || isCommand) readReply(bytes, at + 20, end, message);
      if (failed && message.status === OK) message.status = message.error = symbols.ofText('error');
      return;
    }
    case COMMAND_REPLY:
      if (end - at >= 5) readReply(bytes, at, end, message);
      return;
  }
}

export const mongo: Protocol<State> = {
  name: 'mongo',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ announced: -1 }),
  detect,
  read(state, from, bytes, start, end, message) {
    if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
    const length = u32le(bytes, start);
    let opcode = u32le(bytes, start + 12);
    if (length < HEADER || length > MAX_LENGTH || (opcode !== REPLY && (opcode < UPDATE || opcode > MSG)))
      return NOT_MINE;
    const stop = start + length;
    if (Math.min(stop, start + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
    const to = Math.min(stop, end);
    let at = start + HEADER;
    message.skip = Math.max(0, stop - end);
    message.id = u32le(bytes, start + (from === FROM_CLIENT ? 4 : 8));
    let packed = false;
    if (opcode === COMPRESSED) {
      if (to - at < 9) return NOT_MINE;
      opcode = u32le(bytes, at);
      packed = bytes[at + 8] !== 0;
      at += 9;
    }
    if (from !== FROM_CLIENT && state.announced >= 0 && message.id === state.announced) message.type = NOTHING;
    else if (packed) {
      message.partial = true;
      message.type = from === FROM_CLIENT ? REQUEST : RESPONSE;
      if (from === FROM_CLIENT) message.operation = PACKED;
      else message.status = OK;
    } else if (from === FROM_CLIENT) readRequest(bytes, opcode, at, to, message);
    else readResponse(bytes, opcode, at, to, message);
    if (from !== FROM_CLIENT && !packed && opcode === MSG && to - at >= 4)
      state.announced = u32le(bytes, at) & MORE_TO_COME ? u32le(bytes, start + 4) : -1;
    return to - start;
  },
};
