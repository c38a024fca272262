import { u16le, u32le } from './bytes.ts';
import { INTERIM, type Message, MORE, NOTHING, RESPONSE } from './message.ts';
import * as packet from './mysql-packet.ts';
import { HEADER } from './mysql-packet.ts';
import { COMPRESSED_HEADER } from './mysql-request.ts';
import * as states from './mysql-state.ts';
import { NEED_MORE, NOT_MINE } from './protocol.ts';
import { scrub } from './scrub.ts';
import { type SymbolId, symbols } from './symbols.ts';

const [OK_PACKET, AUTH_MORE, LOCAL_FILE, EOF, ERR] = [0, 1, 0xfb, 0xfe, 0xff] as const;
/** MariaDB tells how far a long statement is by errors of this number. */
const PROGRESS = 0xffff;
const MORE_RESULTS = 0x8;
const CURSOR = 0x40;
const LONGEST = 0xffffff;
const MAX_LOOK = 600;
const PROTOCOL_10 = 10;

const OK = symbols.ofText('OK');
const codes = new Map<number, SymbolId>();

function codeSymbol(code: number): SymbolId {
  let symbol = codes.get(code);
  if (symbol === undefined) codes.set(code, (symbol = symbols.ofText(String(code))));
  return symbol;
}

/** Reads an answer as far as it is there; definitions and rows are passed by. */
export function readResponse(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  if (state.compressed) return readCompressed(state, bytes, start, end, message);
  let at = start;
  message.type = MORE;
  while (at < end) {
    if (end - at < HEADER) break;
    const stop = packet.packetEnd(bytes, at);
    const body = at + HEADER;
    const look = lookAhead(state, bytes, body, stop, end);
    if (look > end && !message.truncated) break;
    if (state.phase === 0) {
      const between = readBetween(state, bytes, start, body, stop, end, message);
      if (between !== 0) return between;
      if (asksBack(state, bytes, body, stop)) {
        message.type = INTERIM;
        message.skip = Math.max(0, stop - end);
        return Math.min(stop, end) - start;
      }
      states.answer(state);
      message.type = RESPONSE;
      message.status = OK;
    }
    const ended = readPacket(state, bytes, body, Math.min(stop, end), stop - body, message);
    at = stop;
    if (ended) {
      state.phase = state.answering = 0;
      if (state.compress && message.status === OK) {
        state.compressed = true;
        state.compress = false;
      }
      message.skip = Math.max(0, at - end);
      return Math.min(at, end) - start;
    }
  }
  if (at === start) return message.truncated ? NOT_MINE : NEED_MORE;
  message.open = true;
  message.skip = Math.max(0, at - end);
  return Math.min(at, end) - start;
}

/** Authentication that goes on, or a local file that is wanted: the client speaks next. */
function asksBack(state: states.State, bytes: Uint8Array, body: number, stop: number): boolean {
  const kind = state.waiting.at(0)?.kind;
  if (stop <= body) return false;
  if (kind === states.RESULT) return bytes[body] === LOCAL_FILE;
  return kind === states.LOGIN && (bytes[body] === EOF || bytes[body] === AUTH_MORE);
}

/** Up to where the packet must be there to be read. */
function lookAhead(state: states.State, bytes: Uint8Array, body: number, stop: number, end: number): number {
  if (stop === body) return body;
  if (body >= end) return body + 1;
  const first = bytes[body];
  const passed = state.phase === states.COLUMNS || state.phase === states.DEFINITIONS;
  const row =
    (state.phase === states.IN_ROWS || state.phase === states.AFTER_COLUMNS) && first !== EOF && first !== ERR;
  return passed || row ? body + 1 : Math.min(stop, body + MAX_LOOK);
}

/** What belongs to no answer: the greeting, and what follows an answer that was taken to be over. */
function readBetween(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  body: number,
  stop: number,
  end: number,
  message: Message,
): number {
  const sequence = bytes[body - 1];
  const greeting = sequence === 0 && state.waiting.length === 0 && bytes[body] === PROTOCOL_10;
  const stray = sequence > 1 && state.waiting.at(0)?.kind !== states.LOGIN && state.waiting.length === 0;
  if (!greeting && !stray && stop > body) return 0;
  state.greeted ||= greeting;
  message.type = NOTHING;
  message.skip = Math.max(0, stop - end);
  return Math.min(stop, end) - start;
}

/** Takes what one packet says. Whether it ends the answer. */
function readPacket(
  state: states.State,
  bytes: Uint8Array,
  body: number,
  end: number,
  length: number,
  message: Message,
): boolean {
  const first = length > 0 ? bytes[body] : -1;
  if (first === ERR && state.phase !== states.COLUMNS && state.phase !== states.DEFINITIONS) {
    if (end - body >= 3 && u16le(bytes, body + 1) === PROGRESS) return false;
    readError(bytes, body, end, message);
    return true;
  }
  switch (state.phase) {
    case states.FIRST:
      return readFirst(state, first, bytes, body, end, length);
    case states.COLUMNS:
      if (--state.left <= 0) state.phase = states.AFTER_COLUMNS;
      return false;
    case states.AFTER_COLUMNS:
      if (state.answering === states.FIELDS) return first === EOF && length < 9;
      state.phase = states.IN_ROWS;
      if (first !== EOF || length !== 5) return readRow(state, first, bytes, body, end, length);
      return (u16le(bytes, body + 3) & CURSOR) !== 0;
    case states.IN_ROWS:
      return readRow(state, first, bytes, body, end, length);
    case states.DEFINITIONS:
      return readDefinition(state, first, length);
    default:
      return true;
  }
}

function readFirst(
  state: states.State,
  first: number,
  bytes: Uint8Array,
  body: number,
  end: number,
  length: number,
): boolean {
  switch (state.answering) {
    case states.SINGLE:
      return true;
    case states.LOGIN:
      return true;
    case states.PREPARE:
      if (first !== OK_PACKET || end - body < 9) return true;
      if (state.prepared) states.remember(state, u32le(bytes, body + 1), state.prepared);
      state.leftAfter = u16le(bytes, body + 5);
      state.left = u16le(bytes, body + 7);
      return !nextDefinitions(state);
  }
  if (first === OK_PACKET) return !moreAfterOk(state, bytes, body + 1, end);
  if (first === EOF && length < 9) return true;
  const columns = packet.lenenc(bytes, body, end);
  if (columns <= 0) return true;
  const omitted = packet.after < end && packet.after - body + 1 === length && bytes[packet.after] === 0;
  state.left = omitted ? 0 : columns;
  state.phase = omitted ? states.AFTER_COLUMNS : states.COLUMNS;
  return false;
}

/** Whether the answer goes on after an OK packet, whose counts begin at `at`. */
function moreAfterOk(state: states.State, bytes: Uint8Array, at: number, end: number): boolean {
  if (packet.lenenc(bytes, at, end) < 0 || packet.lenenc(bytes, packet.after, end) < 0) return false;
  if (packet.after + 2 > end || !(u16le(bytes, packet.after) & MORE_RESULTS)) return false;
  state.phase = states.FIRST;
  return true;
}

function readRow(
  state: states.State,
  first: number,
  bytes: Uint8Array,
  body: number,
  end: number,
  length: number,
): boolean {
  if (first !== EOF || length >= LONGEST) return false;
  if (state.answering === states.ROWS) return true;
  if (length === 5) {
    if (end - body < 5 || !(u16le(bytes, body + 3) & MORE_RESULTS)) return true;
    state.phase = states.FIRST;
    return false;
  }
  return !moreAfterOk(state, bytes, body + 1, end);
}

/** Definitions of parameters, then of columns, each perhaps with an EOF after it. */
function readDefinition(state: states.State, first: number, length: number): boolean {
  if (first === EOF && length === 5) {
    return state.left <= 0 && !nextDefinitions(state);
  }
  if (--state.left > 0) return false;
  return !nextDefinitions(state);
}

function nextDefinitions(state: states.State): boolean {
  if (state.left <= 0) {
    state.left = state.leftAfter;
    state.leftAfter = 0;
  }
  state.phase = states.DEFINITIONS;
  return state.left > 0;
}

/** Number, `#` and SQLSTATE, text. */
function readError(bytes: Uint8Array, body: number, end: number, message: Message): void {
  if (end - body < 3) return;
  message.status = message.error = codeSymbol(u16le(bytes, body + 1));
  let text = body + 3;
  if (end - text >= 6 && bytes[text] === 0x23) {
    message.error = symbols.of(bytes, text + 1, text + 6);
    text += 6;
  }
  message.errorText = scrub(bytes, text, end);
}

/** The first packet answers; what its content is can be told only where it is not compressed. */
function readCompressed(state: states.State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < COMPRESSED_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = packet.packetEnd(bytes, start) + 3;
  const inner = start + COMPRESSED_HEADER;
  const plain = bytes[start + 4] === 0 && bytes[start + 5] === 0 && bytes[start + 6] === 0;
  if (plain && Math.min(stop, inner + MAX_LOOK) > end && !message.truncated) return NEED_MORE;
  message.skip = Math.max(0, stop - end);
  if (state.waiting.length === 0) {
    message.type = NOTHING;
    return Math.min(stop, end) - start;
  }
  states.answer(state);
  message.type = RESPONSE;
  message.status = OK;
  const body = inner + HEADER;
  if (plain && body < Math.min(stop, end)) {
    const to = Math.min(stop, end, packet.packetEnd(bytes, inner));
    if (bytes[body] === ERR) readError(bytes, body, to, message);
    else if (state.answering === states.PREPARE && state.prepared && to - body >= 5)
      states.remember(state, u32le(bytes, body + 1), state.prepared);
  } else message.partial = true;
  state.phase = state.answering = 0;
  return Math.min(stop, end) - start;
}
