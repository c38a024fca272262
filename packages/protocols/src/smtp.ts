import { protocolId } from '@sonde/model';
import { CR, decimal, equalsIgnoreCase, LF, SPACE } from './bytes.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { hasMechanism } from './sasl.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * SMTP and submission, RFC 5321, with PIPELINING, CHUNKING (BDAT), AUTH and STARTTLS. Each command and each message is an
 * exchange; the greeting is one-way. Messages and credentials are passed by.
 */

const MAX_LINE = 1 << 16;
const MAX_CHUNK = 2 ** 40;
const TLS = protocolId('tls');

const VERBS = [
  'EHLO',
  'HELO',
  'LHLO',
  'MAIL',
  'RCPT',
  'DATA',
  'BDAT',
  'RSET',
  'NOOP',
  'QUIT',
  'VRFY',
  'EXPN',
  'HELP',
  'AUTH',
  'STARTTLS',
  'ETRN',
  'XCLIENT',
  'XFORWARD',
  'TURN',
];
const LOWER = VERBS.map((verb) => verb.toLowerCase());
const OPERATIONS = VERBS.map((verb) => symbols.ofText(verb));
const [DATA, BDAT, MAIL, RCPT, AUTH, STARTTLS] = ['DATA', 'BDAT', 'MAIL', 'RCPT', 'AUTH', 'STARTTLS'].map((verb) =>
  VERBS.indexOf(verb),
);
/** Verbs that no other protocol of lines has. */
const ONLY_SMTP = ['EHLO', 'HELO', 'LHLO', 'BDAT'].map((verb) => VERBS.indexOf(verb));

/** Replies that are no failures (RFC 5321 §4.2.3, 4954 §6, 7504 §2, 4468 §4); FTP and NNTP have others. */
const SUCCESSES = [211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354];

const UNKNOWN = symbols.ofText('UNKNOWN');
const GREETING = symbols.ofText('greeting');
const MESSAGE = symbols.ofText('message');
const STATUS = new Map<number, SymbolId>();

/** Where a direction stands in a message: at the beginning of a line, after its dot, after the CR behind that, or in it. */
const LINE_START = 0;
const DOT = 1;
const DOT_CR = 2;
const IN_LINE = 3;

interface State {
  /** Commands without a reply. */
  pending: number;
  /** Replies up to and including that to DATA; 0: none is waited for. */
  beforeData: number;
  /** What the client sends next is a message. */
  body: boolean;
  /** Its first bytes were read. */
  begun: boolean;
  place: number;
  /** The server asked for credentials. */
  asked: boolean;
  /** The last command was AUTH, or a step of it. */
  authenticating: boolean;
  startTls: boolean;
  encrypted: boolean;
  /** The server has said something. */
  replied: boolean;
}

function lineAfter(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === LF) return i + 1;
  return -1;
}

function verbAt(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] > SPACE && bytes[stop] !== 0x3a && stop - at < 10) stop++;
  for (let i = 0; i < LOWER.length; i++) if (equalsIgnoreCase(bytes, at, stop, LOWER[i])) return i;
  return -1;
}

function readCommand(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const after = lineAfter(bytes, start, end);
  if (after < 0 && !message.truncated && end - start < MAX_LINE)
    return isText(bytes, start, end) ? NEED_MORE : NOT_MINE;
  const stop = after < 0 ? end : after;
  const known = verbAt(bytes, start, stop);
  const verb = state.asked || (known < 0 && state.authenticating) ? AUTH : known;
  state.asked = false;
  state.authenticating = verb === AUTH;
  if (verb < 0 && !isText(bytes, start, stop)) return NOT_MINE;
  message.type = REQUEST;
  message.operation = OPERATIONS[verb] ?? UNKNOWN;
  state.pending++;
  if (verb === DATA) {
    state.beforeData = state.pending;
    state.body = true;
    state.begun = false;
    state.place = LINE_START;
  } else if (verb === MAIL || verb === RCPT) message.target = domain(bytes, start, stop);
  else if (verb === STARTTLS) state.startTls = true;
  else if (verb === BDAT) {
    const size = chunkSize(bytes, start + 5, stop);
    if (size > 0 && size < MAX_CHUNK) message.skip = size;
  }
  return stop - start;
}

/** `BDAT size [LAST]` */
function chunkSize(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] >= 0x30 && bytes[stop] <= 0x39) stop++;
  return stop < end && bytes[stop] <= SPACE ? decimal(bytes, at, stop) : -1;
}

/** The domain of the first address: mailboxes are people's. */
function domain(bytes: Uint8Array, at: number, end: number): SymbolId {
  let sign = at;
  while (sign < end && bytes[sign] !== 0x40 && bytes[sign] !== 0x3e) sign++;
  if (sign >= end || bytes[sign] !== 0x40) return EMPTY;
  let stop = sign + 1;
  while (stop < end && bytes[stop] > SPACE && bytes[stop] !== 0x3e) stop++;
  return symbols.of(bytes, sign + 1, stop);
}

/** Passes the message by, up to the line with a dot alone (RFC 5321 §4.5.2). */
function readBody(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  message.type = state.begun ? MORE : REQUEST;
  if (!state.begun) {
    message.operation = MESSAGE;
    state.pending++;
  }
  state.begun = true;
  let { place } = state;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === LF) {
      if (place === DOT || place === DOT_CR) break;
      place = LINE_START;
    } else if (place === LINE_START) place = byte === 0x2e ? DOT : IN_LINE;
    else if (place === DOT) place = byte === CR ? DOT_CR : IN_LINE;
    else place = IN_LINE;
  }
  state.place = place;
  const ended = at < end || message.truncated;
  if (ended) state.body = false;
  message.open = !ended;
  return Math.min(end, at + 1) - start;
}

function readReply(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  let line = start;
  let after = lineAfter(bytes, line, end);
  while (line + 3 < after && bytes[line + 3] === 0x2d && after - start < MAX_LINE) {
    if (code(bytes, line, end) < 0) return NOT_MINE;
    line = after;
    after = lineAfter(bytes, line, end);
  }
  const status = code(bytes, start, end);
  if (status < 0) return end - start < 4 && isText(bytes, start, end) && !message.truncated ? NEED_MORE : NOT_MINE;
  if (after < 0 && !message.truncated && end - start < MAX_LINE) return NEED_MORE;
  const stop = after < 0 ? end : after;
  settle(state, status, message);
  let symbol = STATUS.get(status);
  if (symbol === undefined) STATUS.set(status, (symbol = symbols.ofText(String(status))));
  message.status = symbol;
  if (status >= 400) {
    message.error = symbol;
    message.errorText = scrub(bytes, Math.min(stop, start + 4), stop);
  }
  return stop - start;
}

/** What a reply with this code does to the connection. */
function settle(state: State, status: number, message: Message): void {
  message.type = RESPONSE;
  const first = !state.replied;
  state.replied = true;
  if (first && !state.startTls && (status === 220 || (state.pending === 0 && status >= 400))) {
    message.type = ONEWAY;
    message.operation = GREETING;
    return;
  }
  if (state.pending === 0) return;
  state.pending--;
  state.asked = status === 334;
  if (state.beforeData > 0 && --state.beforeData === 0 && status !== 354 && !state.begun) state.body = false;
  if (state.startTls && state.pending === 0) {
    state.startTls = false;
    state.encrypted = status === 220;
    if (state.encrypted) message.switchTo = TLS;
  }
}

/** The code of the reply line at `at`, or -1. */
function code(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return -1;
  const value = decimal(bytes, at, at + 3);
  const next = bytes[at + 3];
  return value >= 200 && value < 600 && (next === SPACE || next === 0x2d || next === CR || next === LF) ? value : -1;
}

function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] < 0x09 || (bytes[i] > 0x0d && bytes[i] < SPACE)) return false;
  return true;
}

function hasWord(bytes: Uint8Array, at: number, end: number, lower: string): boolean {
  for (; at + lower.length <= end; at++) if (equalsIgnoreCase(bytes, at, at + lower.length, lower)) return true;
  return false;
}

function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  const after = lineAfter(bytes, start, end);
  const stop = after < 0 ? end : after;
  if (!isText(bytes, start, stop)) return NO;
  if (from !== FROM_CLIENT) {
    const status = code(bytes, start, end);
    if (status < 0 || (status < 400 && !SUCCESSES.includes(status))) return NO;
    if (status === 220 && hasWord(bytes, start + 4, stop, 'smtp')) return SURE;
    if (status === 220 && hasWord(bytes, start + 4, stop, 'ftp')) return NO;
    return after > 0 && bytes[after - 2] === CR ? MAYBE : NO;
  }
  const verb = verbAt(bytes, start, stop);
  if (verb < 0) return NO;
  const rest = start + VERBS[verb].length;
  if (verb === MAIL || verb === RCPT) {
    const wanted = verb === MAIL ? ' from:' : ' to:';
    return equalsIgnoreCase(bytes, rest, rest + wanted.length, wanted) && rest + wanted.length <= stop ? SURE : NO;
  }
  if (after < 0 || (bytes[rest] !== SPACE && bytes[rest] !== CR && bytes[rest] !== LF)) return NO;
  if (verb === AUTH && !hasMechanism(bytes, rest, stop)) return NO;
  return ONLY_SMTP.includes(verb) ? SURE : MAYBE;
}

export const smtp: Protocol<State> = {
  name: 'smtp',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: false,
  connect: () => ({
    pending: 0,
    beforeData: 0,
    body: false,
    begun: false,
    place: LINE_START,
    asked: false,
    authenticating: false,
    startTls: false,
    encrypted: false,
    replied: false,
  }),
  detect,
  read(state, from, bytes, start, end, message) {
    if (state.encrypted) {
      message.type = NOTHING;
      return end - start;
    }
    if (from !== FROM_CLIENT) return readReply(state, bytes, start, end, message);
    return state.body ? readBody(state, bytes, start, end, message) : readCommand(state, bytes, start, end, message);
  },
  lost(state, from) {
    if (from === FROM_CLIENT) state.body = state.asked = state.authenticating = false;
    else state.pending = state.beforeData = 0;
  },
};
