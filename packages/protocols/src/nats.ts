import { CR, decimal, equalsIgnoreCase, LF, SPACE, startsWith } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { scrub } from './scrub.ts';
import { type SymbolId, symbols } from './symbols.ts';

/**
 * The client protocol of NATS (https://docs.nats.io/reference/reference-protocols/nats-protocol). A message with a reply
 * subject and the first message to that subject are an exchange, at either end of it; all others are one-way. Payloads
 * are passed by.
 */

const MAX_LINE = 1 << 16;
const MAX_PAYLOAD = 1 << 30;
const MAX_PENDING = 4096;
const MAX_ARGS = 5;
/** Bytes of a header block that are waited for: they hold its status line. */
const STATUS_LINE = 'NATS/1.0 503'.length;

const PUB = 0;
const HPUB = 1;
const SUB = 2;
const UNSUB = 3;
const CONNECT = 4;
const MSG = 5;
const HMSG = 6;
const INFO = 7;
const PING = 8;
const PONG = 9;
const MINUS_ERR = 11;
const WORDS = ['pub', 'hpub', 'sub', 'unsub', 'connect', 'msg', 'hmsg', 'info', 'ping', 'pong', '+ok', '-err'];
const OPERATIONS: readonly SymbolId[] = [
  'PUB',
  'PUB',
  'SUB',
  'UNSUB',
  'CONNECT',
  'MSG',
  'MSG',
  '',
  'PING',
  '',
  '',
  'ERR',
].map((name) => symbols.ofText(name));
const INBOX = symbols.ofText('_INBOX.{id}');
const OK = symbols.ofText('OK');
const ERR = symbols.ofText('ERR');
/** Ids of pings, one for each end; those of messages are 52-bit hashes of reply subjects. */
const PING_ID = 2 ** 52;

interface State {
  /** Hashes of reply subjects that wait, by the end that waits; the oldest are forgotten first. */
  readonly waiting: readonly [Set<number>, Set<number>];
}

const argAt = new Int32Array(MAX_ARGS);
const argEnd = new Int32Array(MAX_ARGS);
let args = 0;
let next = 0;

/** The index of the word at `at`, or -1. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  for (let i = 0; i < WORDS.length; i++) {
    const stop = at + WORDS[i].length;
    if (stop > end || !equalsIgnoreCase(bytes, at, stop, WORDS[i])) continue;
    if (stop === end || bytes[stop] <= SPACE) return i;
  }
  return -1;
}

/** Finds the end of the line and the arguments after the word of it. False where the line is not whole. */
function line(bytes: Uint8Array, at: number, end: number): boolean {
  let stop = at;
  while (stop < end && bytes[stop] !== LF) stop++;
  next = stop + 1;
  if (stop === end) return false;
  if (bytes[stop - 1] === CR) stop--;
  args = 0;
  while (at < stop && bytes[at] > SPACE) at++;
  while (args < MAX_ARGS) {
    while (at < stop && bytes[at] <= SPACE) at++;
    if (at >= stop) break;
    argAt[args] = at;
    while (at < stop && bytes[at] > SPACE) at++;
    argEnd[args++] = at;
  }
  return true;
}

/** Arguments of a message: which one is the reply subject (-1: none), the size of the headers (0: none) and of all. */
let reply = -1;
let headerSize = 0;
let size = -1;
function messageArguments(word: number, bytes: Uint8Array): boolean {
  const sizes = word === HPUB || word === HMSG ? 2 : 1;
  const names = word === MSG || word === HMSG ? 2 : 1;
  reply = args === names + sizes + 1 ? names : -1;
  if (args !== names + sizes && reply < 0) return false;
  size = decimal(bytes, argAt[args - 1], argEnd[args - 1]);
  headerSize = sizes === 2 ? decimal(bytes, argAt[args - 2], argEnd[args - 2]) : 0;
  return size >= 0 && size <= MAX_PAYLOAD && headerSize >= 0 && headerSize <= size;
}

function subject(bytes: Uint8Array, at: number, end: number): SymbolId {
  return startsWith(bytes, at, end, '_INBOX.') ? INBOX : keyPattern(bytes, at, end);
}

function hash(bytes: Uint8Array, at: number, end: number): number {
  let low = 0x811c9dc5;
  let high = 0x1000193;
  for (let i = at; i < end; i++) {
    low = Math.imul(low ^ bytes[i], 0x01000193);
    high = Math.imul(high ^ bytes[i], 0x85ebca6b) ^ (high >>> 13);
  }
  return (high & 0xfffff) * 2 ** 32 + (low >>> 0);
}

function readMessage(
  state: State,
  from: Direction,
  word: number,
  bytes: Uint8Array,
  end: number,
  message: Message,
): void {
  const answered = hash(bytes, argAt[0], argEnd[0]);
  const waiting = state.waiting[from === FROM_CLIENT ? FROM_SERVER : FROM_CLIENT];
  if (waiting.delete(answered)) {
    message.type = RESPONSE;
    message.id = answered;
    message.status = OK;
    readStatus(bytes, next, end, message);
    return;
  }
  message.operation = OPERATIONS[word];
  message.target = subject(bytes, argAt[0], argEnd[0]);
  message.type = ONEWAY;
  if (reply < 0) return;
  message.type = REQUEST;
  message.id = hash(bytes, argAt[reply], argEnd[reply]);
  const asked = state.waiting[from];
  if (asked.size >= MAX_PENDING) for (const oldest of asked) if (asked.delete(oldest)) break;
  asked.add(message.id);
}

/** The status line of the headers: `NATS/1.0 503`. That there is nothing to fetch (404, 408) is no failure. */
function readStatus(bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (headerSize < STATUS_LINE || at + STATUS_LINE > end) return;
  const code = decimal(bytes, at + STATUS_LINE - 3, at + STATUS_LINE);
  if (!startsWith(bytes, at, end, 'NATS/1.0 ') || code < 100) return;
  message.status = symbols.of(bytes, at + STATUS_LINE - 3, at + STATUS_LINE);
  if (code >= 400 && code !== 404 && code !== 408) message.error = message.status;
}

/** `-ERR 'Permissions Violation for Publish to "x"'` */
function readError(bytes: Uint8Array, message: Message): void {
  message.type = ONEWAY;
  message.operation = OPERATIONS[MINUS_ERR];
  message.status = message.error = ERR;
  if (args === 0) return;
  let stop = next - 1;
  while (stop > argAt[0] && (bytes[stop - 1] === CR || bytes[stop - 1] === 0x27)) stop--;
  const start = argAt[0] + (bytes[argAt[0]] === 0x27 ? 1 : 0);
  message.errorText = scrub(bytes, start, stop);
  for (let at = start; at < stop; at++) if (startsWith(bytes, at, stop, ' for ')) stop = at;
  message.error = stop > start ? scrub(bytes, start, stop) : ERR;
}

function fits(word: number, from: Direction): boolean {
  if (word === PING || word === PONG) return true;
  return from === FROM_CLIENT ? word >= 0 && word <= CONNECT : word >= MSG;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const word = wordAt(bytes, start, end);
  if (!line(bytes, start, end)) {
    if (word < 0 && end - start > 8) return NOT_MINE;
    return message.truncated || end - start > MAX_LINE ? NOT_MINE : NEED_MORE;
  }
  if (!fits(word, from)) return NOT_MINE;
  const after = next;
  switch (word) {
    case PUB:
    case HPUB:
    case MSG:
    case HMSG:
      if (!messageArguments(word, bytes)) return NOT_MINE;
      if (headerSize > 0 && end - after < Math.min(headerSize, STATUS_LINE) && !message.truncated) return NEED_MORE;
      readMessage(state, from, word, bytes, end, message);
      message.skip = size + 2;
      break;
    case SUB:
    case UNSUB:
    case CONNECT:
      message.type = ONEWAY;
      message.operation = OPERATIONS[word];
      if (word === SUB && args > 0) message.target = subject(bytes, argAt[0], argEnd[0]);
      break;
    case PING:
      message.type = REQUEST;
      message.id = PING_ID + from;
      message.operation = OPERATIONS[PING];
      break;
    case PONG:
      message.type = RESPONSE;
      message.id = PING_ID + (from === FROM_CLIENT ? FROM_SERVER : FROM_CLIENT);
      message.status = OK;
      break;
    case MINUS_ERR:
      readError(bytes, message);
      break;
    default:
      message.type = NOTHING;
  }
  return after - start;
}

/** Lines of this direction; a message with a right size, or JSON where it must be, is certain. */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  let at = start;
  let sure = false;
  for (let lines = 0; at < end && lines < 4; lines++) {
    const word = wordAt(bytes, at, end);
    if (!fits(word, from)) return NO;
    const whole = line(bytes, at, end);
    const argument = at + WORDS[word].length + 1;
    if (word === INFO || word === CONNECT) {
      while (at < argument || bytes[at] === SPACE) at++;
      if (at >= end || bytes[at] !== 0x7b) return NO;
      sure = true;
    } else if (!whole) return lines > 0 ? MAYBE : NO;
    else if (word === SUB || word === UNSUB) {
      if (args === 0 || args > 3) return NO;
      sure ||= word === SUB && args >= 2 && bytes[next - 2] === CR;
    } else if (word === MINUS_ERR) sure = bytes[argAt[0]] === 0x27;
    else if ((word === PING || word === PONG) && args > 0) return NO;
    else if (word < PING) {
      if (!messageArguments(word, bytes)) return NO;
      sure = true;
      next += size + 2;
      if (next <= end && bytes[next - 1] !== LF) return NO;
    }
    at = next;
  }
  return sure ? SURE : at > start ? MAYBE : NO;
}

export const nats: Protocol<State> = {
  name: 'nats',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: () => ({ waiting: [new Set(), new Set()] }),
  detect,
  read,
};
