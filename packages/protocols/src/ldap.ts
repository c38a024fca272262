import { protocolId } from '@sonde/model';
import * as ber from './ber.ts';
import { element } from './ber.ts';
import { u16be, u32be } from './bytes.ts';
import * as operations from './ldap-operation.ts';
import { CANCEL, type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
 * LDAP 3 over TCP and UDP (RFC 4511): operations by message id; a search ends with its result, entries belong to it.
 * Values are passed by.
 */

const SEQUENCE = 0x30;
const INTEGER = 2;
const MAX_LENGTH = 1 << 24;
/** How much of a message is read. */
const MAX_LOOK = 4096;
const TLS = protocolId('tls');
const START_TLS = symbols.ofText('1.3.6.1.4.1.1466.20037');
const NOTICE = symbols.ofText('notice');

interface State {
  /** The id of a request to start TLS, -1 where there is none. */
  startTls: number;
  /** A bind succeeded that may have agreed on SASL's own packets (RFC 4422 §3.7). */
  bound: boolean;
}

/** The message at `start`: where it ends, its id, the tag and content of its operation. */
const head = { stop: 0, id: 0, tag: 0, at: 0, end: 0 };
const LONGEST_SIGNATURE = 56;
const CUT = 0;
const INVALID = -1;

function readHead(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== SEQUENCE) return INVALID;
  if (!ber.readElement(bytes, start, end)) return end - start < 6 ? CUT : INVALID;
  head.stop = element.end;
  if (head.stop - start > MAX_LENGTH || head.stop - element.at < 5) return INVALID;
  if (end - element.at < 2) return CUT;
  if (!ber.readElement(bytes, element.at, end) || element.tag !== INTEGER) return INVALID;
  if (element.end > end) return CUT;
  head.id = ber.integer(bytes, end);
  if (head.id < 0 || head.id > 0x7fffffff || element.end >= head.stop) return INVALID;
  if (!ber.readElement(bytes, element.end, end)) return end - element.end < 6 ? CUT : INVALID;
  head.tag = element.tag;
  head.at = element.at;
  head.end = element.end;
  return head.end <= head.stop ? 1 : INVALID;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  if (readHead(bytes, start, end) !== 1) return NO;
  if (direction !== FROM_CLIENT) return operations.isResponse(head.tag) ? SURE : NO;
  if (!operations.isRequest(head.tag)) return NO;
  const { tag, at } = head;
  const to = Math.min(end, head.end);
  if (tag === operations.UNBIND) return head.end === at ? SURE : NO;
  if (to - at < 3) return NO;
  if (tag === operations.BIND) return bytes[at] === INTEGER && bytes[at + 1] === 1 && bytes[at + 2] <= 3 ? SURE : NO;
  if (tag === operations.SEARCH) {
    if (!ber.readElement(bytes, at, to) || element.tag !== 4) return NO;
    return element.end >= to || bytes[element.end] === 0x0a ? SURE : NO;
  }
  return tag === operations.EXTENDED ? (bytes[at] === 0x80 ? SURE : NO) : SURE;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  message.type = NOTHING;
  const found = readHead(bytes, start, end);
  if (found === CUT) return message.truncated ? NOT_MINE : NEED_MORE;
  if (found === INVALID) return readSealed(state, bytes, start, end, message);
  const { stop, id, tag, at } = head;
  const isPart = tag === operations.ENTRY || tag === operations.REFERENCE || tag === operations.INTERMEDIATE;
  if (!isPart && Math.min(stop, start + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
  const to = Math.min(head.end, end);
  message.id = id;
  message.skip = Math.max(0, stop - end);
  if (from === FROM_CLIENT) {
    if (!operations.isRequest(tag)) return NOT_MINE;
    message.type = REQUEST;
    if (tag === operations.ABANDON) {
      message.type = CANCEL;
      message.id = head.end <= end && ber.readElement(bytes, start, end) ? abandoned(bytes, at, to) : id;
      return Math.min(stop, end) - start;
    }
    if (tag === operations.UNBIND) message.type = ONEWAY;
    operations.readRequest(tag, bytes, at, to, message);
    if (message.target === START_TLS) state.startTls = id;
  } else {
    if (!operations.isResponse(tag)) return NOT_MINE;
    message.type = RESPONSE;
    if (isPart) message.open = true;
    else readEnd(state, tag, bytes, at, to, message);
  }
  return Math.min(stop, end) - start;
}

/** The content of an AbandonRequest is the id. */
function abandoned(bytes: Uint8Array, at: number, end: number): number {
  element.at = at;
  element.end = end;
  return ber.integer(bytes, end);
}

function readEnd(state: State, tag: number, bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (message.id === 0) {
    message.type = ONEWAY;
    message.operation = NOTICE;
    return;
  }
  const code = operations.readResult(bytes, at, end, message);
  if (tag === 0x61 && code === 0) state.bound = true;
  if (message.id === state.startTls) {
    state.startTls = -1;
    if (code === 0) message.switchTo = TLS;
  }
}

/**
 * A packet of SASL's own: where it is only signed, messages stand in it after the signature (RFC 4121 §4.2.4 for Kerberos,
 * MS-NLMP 2.2.2.9 for NTLM); where it is sealed it is passed by.
 */
function readSealed(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (!state.bound || bytes[start] !== 0) return NOT_MINE;
  if (end - start < 12) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = start + 4 + u32be(bytes, start);
  if (Math.min(stop, start + LONGEST_SIGNATURE) > end && !message.truncated) return NEED_MORE;
  const token = start + 4;
  let signature = 0;
  if (bytes[token] === 5 && bytes[token + 1] === 4 && !(bytes[token + 2] & 2)) signature = 16 + u16be(bytes, token + 6);
  else if (u32be(bytes, token) === 0x01000000) signature = 16;
  if (signature > 0 && readHead(bytes, token + signature, end) === 1 && head.stop <= stop) return 4 + signature;
  message.skip = Math.max(0, stop - end);
  return Math.min(stop, end) - start;
}

export const ldap: Protocol<State> = {
  name: 'ldap',
  transport: 'both',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ startTls: -1, bound: false }),
  detect,
  read,
};
