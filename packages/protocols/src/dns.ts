import { u16be } from './bytes.ts';
import { codeName, typeName } from './dns-names.ts';
import { type Message, NOTHING, REQUEST, RESPONSE } from './message.ts';
import { type Direction, FROM_CLIENT, MAYBE, NEED_MORE, NO, NOT_MINE, type Protocol, SURE } from './protocol.ts';
import { EMPTY, symbols } from './symbols.ts';

/**
 * DNS over UDP and TCP (RFC 1035; over TCP each message has its length before it, §4.2.2). Read are the header and the
 * first question; answers are not. Further messages of a zone transfer belong to no exchange. Pairing is by message id,
 * and among questions asked again with the same id by order.
 */

const HEADER = 12;
const MAX_NAME = 255;
/** Root name, type and class. */
const MIN_QUESTION = 5;
/** Root name, type, class, time to live, length. */
const MIN_RECORD = 11;

/** UPDATE and odd clients put records into what they ask. */
const MAX_QUERY_RECORDS = 64;

/** As many as fit into 64 KiB; of a response nobody knows how much was cut off. */
const MAX_RECORDS = 5957;

const RESPONSE_BIT = 0x80;
const [NOTIFY, UPDATE] = [4, 5];
const IN = 1;

interface State {
  /** Over TCP messages have their length before them. */
  readonly datagrams: boolean;
  /** By message id: how often it was asked, and how often answered, since it was last at rest (`asked << 12 | answered`). */
  readonly open: Map<number, number>;
}

const MAX_OPEN = 4096;
const MAX_AGAIN = 0xfff;

const name = new Uint8Array(MAX_NAME + 1);
let nameLength = 0;
/** Where the name that was just read ends. */
let nameEnd = 0;

const TRUNCATED = 0;
const WHOLE = 1;
const INVALID = -1;

/** Reads the name at `at` into `name`, in lower case since servers compare it so (RFC 4343). */
function readName(bytes: Uint8Array, at: number, end: number): number {
  nameLength = 0;
  for (;;) {
    if (at >= end) return TRUNCATED;
    const length = bytes[at++];
    if (length === 0) break;
    if (length > 63 || nameLength + length + 1 > MAX_NAME) return INVALID;
    if (at + length > end) return TRUNCATED;
    if (nameLength > 0) name[nameLength++] = 0x2e;
    for (const stop = at + length; at < stop; at++) {
      const byte = bytes[at];
      name[nameLength++] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    }
  }
  if (nameLength === 0) name[nameLength++] = 0x2e;
  nameEnd = at;
  return WHOLE;
}

/** How much of a message `[start, end)` can be; `length` is what it has on the wire. */
function check(bytes: Uint8Array, start: number, end: number, length: number) {
  if (length < HEADER || end - start < HEADER) return NO;
  const flags = bytes[start + 2];
  const opcode = (flags >> 3) & 15;
  const isResponse = (flags & RESPONSE_BIT) !== 0;
  const code = bytes[start + 3] & 15;
  const [questions, answers] = [u16be(bytes, start + 4), u16be(bytes, start + 6)];
  const [authorities, additional] = [u16be(bytes, start + 8), u16be(bytes, start + 10)];
  if ((bytes[start + 3] & 0x40) !== 0 || code > 11 || questions > 1) return NO;
  const records = answers + authorities + additional;
  const assigned = opcode <= UPDATE && opcode !== 3;
  if (!assigned && (records > 0 || (questions === 0 && length !== HEADER))) return NO;
  if (length < HEADER + questions * MIN_QUESTION || records > MAX_RECORDS) return NO;
  if (!isResponse) {
    if (length < HEADER + MIN_QUESTION + records * MIN_RECORD) return NO;
    if (questions !== 1 || code !== 0 || answers + authorities + additional > MAX_QUERY_RECORDS) return NO;
    if ((flags & 0x06) !== 0 && opcode !== NOTIFY) return NO;
  }
  if (questions === 0) return code !== 0 && answers + authorities === 0 ? MAYBE : NO;
  const found = readName(bytes, start + HEADER, end);
  if (found === INVALID) return NO;
  if (found === TRUNCATED || nameEnd + 4 > end) return length > end - start ? MAYBE : NO;
  const type = u16be(bytes, nameEnd);
  const kind = u16be(bytes, nameEnd + 2);
  if (type === 0) return NO;
  // Of an opcode that means nothing only a lone question is believed.
  if (!assigned) return kind === IN && nameEnd + 4 === start + length ? SURE : NO;
  return kind === IN || kind === 255 || kind === 254 || kind === 3 ? SURE : NO;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction, datagrams = false) {
  const at = datagrams ? start : start + 2;
  if (end - at < HEADER || ((bytes[at + 2] & RESPONSE_BIT) !== 0) !== (direction !== FROM_CLIENT)) return NO;
  return check(bytes, at, end, datagrams ? end - at : u16be(bytes, start));
}

/** Tells a question that is asked again from the one before: the n-th answer is for the n-th question. */
function exchangeId(state: State, id: number, isResponse: boolean): number {
  const counts = state.open.get(id) ?? 0;
  const asked = counts >> 12;
  const answered = counts & MAX_AGAIN;
  if (!isResponse) {
    if (state.open.size >= MAX_OPEN) state.open.clear();
    state.open.set(id, asked === MAX_AGAIN ? 1 << 12 : counts + (1 << 12));
    return id + 0x10000 * (asked === MAX_AGAIN ? 0 : asked);
  }
  if (answered + 1 >= asked) state.open.delete(id);
  else state.open.set(id, counts + 1);
  return id + 0x10000 * answered;
}

function readMessage(state: State, bytes: Uint8Array, start: number, end: number, message: Message): boolean {
  const isResponse = (bytes[start + 2] & RESPONSE_BIT) !== 0;
  message.type = isResponse ? RESPONSE : REQUEST;
  message.id = exchangeId(state, u16be(bytes, start), isResponse);
  if (isResponse) {
    const code = bytes[start + 3] & 15;
    message.status = codeName(code);
    message.error = code === 0 ? EMPTY : message.status;
  }
  if (u16be(bytes, start + 4) === 0) return isResponse;
  const found = readName(bytes, start + HEADER, end);
  if (found === INVALID) return isResponse;
  if (found === WHOLE) {
    message.target = symbols.of(name, 0, nameLength);
    if (nameEnd + 2 <= end) message.operation = typeName(u16be(bytes, nameEnd));
  }
  return true;
}

function read(state: State, _: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  message.type = NOTHING;
  if (state.datagrams) {
    if (end - start < HEADER || !readMessage(state, bytes, start, end, message)) return NOT_MINE;
    return end - start;
  }
  if (end - start < 2) return message.truncated ? NOT_MINE : NEED_MORE;
  const length = u16be(bytes, start);
  if (length < HEADER) return NOT_MINE;
  const stop = start + 2 + length;
  if (stop > end && !message.truncated) return NEED_MORE;
  if (end - start < HEADER + 2 || !readMessage(state, bytes, start + 2, Math.min(stop, end), message)) return NOT_MINE;
  if (stop > end) message.skip = stop - end;
  return Math.min(stop, end) - start;
}

export const dns: Protocol<State> = {
  name: 'dns',
  transport: 'both',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: (_, datagrams = false) => ({ datagrams, open: new Map() }),
  detect,
  read,
};
