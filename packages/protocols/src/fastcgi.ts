import { startsWith, u16be, u32be } from './bytes.ts';
import { readHead, readParams } from './fastcgi-params.ts';
import { type Message, MORE, NOTHING, REQUEST, RESPONSE } from './message.ts';
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
 * FastCGI (https://fastcgi-archives.github.io/FastCGI_Specification.html), as web servers and PHP-FPM speak it: one request
 * after the other on a connection, with the method and path of the HTTP request. Bodies are passed by.
 */

const HEADER = 8;
const [BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES, VALUES, UNKNOWN] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;
const FROM_SERVER_TYPES: readonly number[] = [END, STDOUT, STDERR, VALUES, UNKNOWN];
const MAX_LOOK = 8192;

const GETS_VALUES = symbols.ofText('GET_VALUES');
const OK = symbols.ofText('OK');
/** Protocol status of a request that was not served. */
const REFUSED = ['', 'CANT_MPX_CONN', 'OVERLOADED', 'UNKNOWN_ROLE'].map((name) => symbols.ofText(name));
const FAILED = symbols.ofText('app_status');

interface State {
  /** Whether a response was begun, and whether its head was read. */
  answering: boolean;
  head: boolean;
}

/** The end of the record at `at`, padding included; -1 where there is none. */
function recordEnd(bytes: Uint8Array, at: number, from: Direction): number {
  const type = bytes[at + 1];
  const known = type >= BEGIN && type <= UNKNOWN && FROM_SERVER_TYPES.includes(type) === (from !== FROM_CLIENT);
  if (bytes[at] !== 1 || !known) return -1;
  return at + HEADER + u16be(bytes, at + 4) + bytes[at + 6];
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < HEADER) return NO;
  const stop = recordEnd(bytes, start, direction);
  if (stop < 0 || (end - stop >= HEADER && recordEnd(bytes, stop, direction) < 0)) return NO;
  const id = u16be(bytes, start + 2);
  const length = u16be(bytes, start + 4);
  const to = Math.min(end, start + HEADER + length);
  switch (bytes[start + 1]) {
    case BEGIN:
      if (id === 0 || length !== 8 || to - start < 16) return NO;
      return u16be(bytes, start + 8) >= 1 &&
        u16be(bytes, start + 8) <= 3 &&
        bytes[start + 10] <= 1 &&
        bytes[start + 11] === 0
        ? SURE
        : NO;
    case GET_VALUES:
    case VALUES:
      return id === 0 && startsWith(bytes, start + HEADER + 2, to, 'FCGI_') ? SURE : NO;
    case STDOUT:
    case STDERR:
      return id > 0 &&
        length > 0 &&
        to > start + HEADER &&
        bytes[start + HEADER] >= 0x20 &&
        bytes[start + HEADER] < 0x7f
        ? SURE
        : NO;
    case END:
      return id > 0 && length === 8 ? SURE : NO;
    default:
      return NO;
  }
}

function readRequest(bytes: Uint8Array, start: number, end: number, message: Message): void {
  const length = u16be(bytes, start + 4);
  const at = start + HEADER;
  switch (bytes[start + 1]) {
    case BEGIN:
      message.type = REQUEST;
      message.open = true;
      return;
    case PARAMS:
      message.type = MORE;
      message.open = true;
      readParams(bytes, at, Math.min(end, at + length), message);
      return;
    case STDIN:
      message.type = MORE;
      message.open = length > 0;
      return;
    case DATA:
      message.type = MORE;
      message.open = true;
      return;
    case GET_VALUES:
      message.type = REQUEST;
      message.operation = GETS_VALUES;
      return;
    case ABORT:
      message.type = NOTHING;
  }
}

function readResponse(state: State, bytes: Uint8Array, start: number, end: number, message: Message): void {
  const length = u16be(bytes, start + 4);
  const at = start + HEADER;
  const to = Math.min(end, at + length);
  const type = bytes[start + 1];
  message.type = state.answering ? MORE : RESPONSE;
  state.answering = message.open = type === STDOUT || type === STDERR;
  if (type === VALUES || type === UNKNOWN) message.status = OK;
  else if (type === STDOUT && !state.head && length > 0) {
    state.head = true;
    readHead(bytes, at, to, message);
  } else if (type === END) {
    state.head = false;
    if (to - at < 5) return;
    const refused = REFUSED[bytes[at + 4]];
    if (refused) message.status = message.error = refused;
    else if (u32be(bytes, at) !== 0) message.error = FAILED;
  }
}

export const fastcgi: Protocol<State> = {
  name: 'fastcgi',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: false,
  connect: () => ({ answering: false, head: false }),
  detect,
  read(state, from, bytes, start, end, message) {
    if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
    const stop = recordEnd(bytes, start, from);
    if (stop < 0) return NOT_MINE;
    const type = bytes[start + 1];
    const looked = type === PARAMS || type === END || (type === STDOUT && !state.head);
    if (looked && Math.min(stop, start + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
    if (from === FROM_CLIENT) readRequest(bytes, start, end, message);
    else readResponse(state, bytes, start, end, message);
    message.skip = Math.max(0, stop - end);
    return Math.min(stop, end) - start;
  },
  lost(state) {
    state.answering = state.head = false;
  },
};
