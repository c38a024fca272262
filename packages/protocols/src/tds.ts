import { protocolId } from '@sonde/model';
import { u16be, u32le } from './bytes.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { EMPTY, symbols } from './symbols.ts';
import * as requests from './tds-request.ts';
import { ATTENTION, BATCH, LOGIN, PRELOGIN, RESPONSES, RPC, type State, TRANSACTION } from './tds-request.ts';
import { isToken, readTokens } from './tds-response.ts';

/**
 * SQL Server's Tabular Data Stream, version 7 and the frame of 4 and 5 (MS-TDS, https://learn.microsoft.com/openspecs/windows_protocols/ms-tds): batches,
 * procedure calls with the statement that they prepare or execute, transactions, login. Rows and values are passed by.
 */

const HEADER = 8;
const END_OF_MESSAGE = 1;
const MAX_PACKET = 32_768;
/** Packets of TDS 4 and 5 before a size was agreed on. */
const OLD_PACKET = 512;
const MAX_WAITING = 4096;
const TLS_DATA = 0x17;
const TLS_HANDSHAKE = 0x16;
/** Session multiplexing (MC-SMP): a header before each packet. */
const SMP = 0x53;
const SMP_HEADER = 16;
const TLS = protocolId('tls');
const OK = symbols.ofText('OK');
const KINDS = [
  BATCH,
  requests.OLD_LOGIN,
  RPC,
  ATTENTION,
  requests.BULK,
  requests.FEDERATED,
  TRANSACTION,
  requests.TOKENS,
  LOGIN,
  requests.SSPI,
  PRELOGIN,
];

function isHeader(bytes: Uint8Array, at: number, from: Direction): boolean {
  const type = bytes[at];
  const known =
    from === FROM_CLIENT ? (KINDS as readonly number[]).includes(type) : type === RESPONSES || type === PRELOGIN;
  const length = u16be(bytes, at + 2);
  return known && bytes[at + 1] <= 0x1f && length >= HEADER && length <= MAX_PACKET && bytes[at + 7] === 0;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (end - start < HEADER || !isHeader(bytes, start, direction)) return NO;
  const at = start + HEADER;
  const length = u16be(bytes, start + 2);
  const to = Math.min(end, start + length);
  const content = length - HEADER;
  switch (bytes[start]) {
    case RESPONSES:
      if (to === at) return NO;
      return isToken(bytes[at]) || requests.encryptionOf(bytes, at, to) >= 0 ? SURE : NO;
    case PRELOGIN:
      if (to - at < 3) return NO;
      if (bytes[at] === TLS_HANDSHAKE) return SURE;
      return direction === FROM_CLIENT && bytes[at] === 0 && u16be(bytes, at + 1) < content ? SURE : NO;
    case requests.OLD_LOGIN:
      return length === OLD_PACKET && u16be(bytes, start + 4) === 0 && bytes[start + 6] <= 1 ? SURE : NO;
    case requests.TOKENS:
      return requests.isOldText(bytes, at, to) ? SURE : NO;
    case LOGIN:
      return to - at >= 8 && u32le(bytes, at) <= content && bytes[at + 7] >= 0x70 && bytes[at + 7] <= 0x74 ? SURE : NO;
    case ATTENTION:
      return content === 0 && start + HEADER === end ? SURE : NO;
    case BATCH: {
      const text = requests.afterHeaders(bytes, at, to);
      return to - text >= 4 && requests.isWideText(bytes, text, to) ? SURE : NO;
    }
    default:
      return requests.afterHeaders(bytes, at, to) > at ? SURE : NO;
  }
}

function pass(start: number, stop: number, end: number, message: Message): number {
  message.skip = Math.max(0, stop - end);
  return Math.min(stop, end) - start;
}

/** Bytes that are not packets: a TLS record (the encrypted login), the header of a session. */
function readOther(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  if (bytes[start] === SMP) return pass(start, start + SMP_HEADER, end, message);
  if ((bytes[start] !== TLS_DATA && bytes[start] !== TLS_HANDSHAKE) || bytes[start + 1] !== 3) return NOT_MINE;
  if (state.encryption === 1 || state.encryption === 3) message.switchTo = TLS;
  else if (from === FROM_CLIENT && bytes[start] === TLS_DATA && state.waiting.length === 0) {
    message.type = REQUEST;
    requests.readRequestBody(state, LOGIN, bytes, end, end, message);
    state.waiting.push(null);
  }
  return pass(start, start + 5 + u16be(bytes, start + 3), end, message);
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  message.type = NOTHING;
  if (!isHeader(bytes, start, from)) return readOther(state, from, bytes, start, end, message);
  const type = bytes[start];
  const stop = start + u16be(bytes, start + 2);
  const isLast = (bytes[start + 1] & END_OF_MESSAGE) !== 0;
  if (state.open[from]) {
    message.type = MORE;
    message.open = !isLast;
    state.open[from] = !isLast;
    return pass(start, stop, end, message);
  }
  if (stop > end && !message.truncated) return NEED_MORE;
  const at = start + HEADER;
  const to = Math.min(stop, end);
  if (type === PRELOGIN && bytes[at] === TLS_HANDSHAKE) return pass(start, stop, end, message);
  message.open = state.open[from] = !isLast;
  if (from !== FROM_CLIENT) {
    message.type = RESPONSE;
    const prepared = state.waiting.shift() ?? null;
    if (isToken(bytes[at])) readTokens(state, prepared, bytes, at, to, message);
    else {
      state.encryption = requests.encryptionOf(bytes, at, to);
      message.status = OK;
    }
  } else if (type === ATTENTION) {
    message.type = ONEWAY;
    message.operation = requests.CANCELLED;
  } else {
    message.type = REQUEST;
    const prepared = requests.readRequestBody(state, type, bytes, at, to, message);
    message.namespace = state.database;
    state.waiting.push(prepared);
    if (state.waiting.length > MAX_WAITING) state.waiting.shift();
  }
  return pass(start, stop, end, message);
}

export const tds: Protocol<State> = {
  name: 'tds',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: false,
  connect: () => ({ database: EMPTY, open: [false, false], statements: new Map(), waiting: [], encryption: -1 }),
  detect,
  read,
  lost(state, from) {
    state.open[from] = false;
    state.waiting.length = 0;
  },
};
