import { u32be } from './bytes.ts';
import { type Message, MORE, NOTHING, ONEWAY, REQUEST } from './message.ts';
import { frameEnd, HEADER, textEnd } from './pgsql-frame.ts';
import * as states from './pgsql-state.ts';
import { UNSEEN } from './prepared.ts';
import { NEED_MORE, NOT_MINE } from './protocol.ts';
import { readSql, readSqlContext, sql } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { symbols } from './symbols.ts';

const [QUERY, PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, SYNC, FLUSH, FUNCTION] = [
  0x51, 0x50, 0x42, 0x44, 0x45, 0x43, 0x53, 0x48, 0x46,
] as const;

/** Codes in place of a version (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
export const CANCEL_REQUEST = 80877102;
export const SSL_REQUEST = 80877103;
export const GSS_REQUEST = 80877104;
export const MAX_STARTUP = 10_000;

/** How much of a statement is read, and of the names before other content. */
const MAX_TEXT = 8192;
const MAX_NAMES = 1024;

const [CONNECT, CANCELLED, CALL, PREPARED, BOUND, DESCRIBED, CLOSED, EXECUTED, SYNCED] = [
  'CONNECT', 'CANCEL', 'FUNCTION', 'PREPARE', 'BIND', 'DESCRIBE', 'CLOSE', 'EXECUTE', 'SYNC',
].map((text) => symbols.ofText(text)); // biome-ignore format: one list

export function readRequest(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  if (bytes[start] === 0) return readStartup(state, bytes, start, end, message);
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = frameEnd(bytes, start, true);
  if (stop < 0) return NOT_MINE;
  switch (bytes[start]) {
    case QUERY: {
      const to = textLimit(start, stop, end, message.truncated);
      if (to < 0) return NEED_MORE;
      const text = textEnd(bytes, start + HEADER, to);
      readSql(bytes, start + HEADER, text < 0 ? to : text, dialects.pgsql);
      setSql(message);
      readSqlContext(bytes, to, message);
      return simple(state, start, stop, end, message);
    }
    case FUNCTION:
      message.operation = CALL;
      return simple(state, start, stop, end, message);
    case PARSE:
    case BIND:
    case DESCRIBE:
    case EXECUTE:
    case CLOSE:
    case SYNC:
    case FLUSH:
      return readExtended(state, bytes, start, end, message);
    default:
      message.type = NOTHING;
      return leave(start, stop, end, message);
  }
}

function simple(state: states.State, start: number, stop: number, end: number, message: Message): number {
  message.type = REQUEST;
  message.namespace = state.database;
  state.open = false;
  states.expect(state, states.QUERY, 0);
  state.group++;
  state.grouped = false;
  return leave(start, stop, end, message);
}

/** Up to where the text of the frame is read, or -1 where more of it must come first. */
function textLimit(at: number, stop: number, end: number, truncated: boolean): number {
  const to = Math.min(stop, at + MAX_TEXT);
  return end >= to ? to : truncated ? end : -1;
}

/** Passes by what is left of the frame. */
function leave(start: number, stop: number, end: number, message: Message): number {
  if (stop <= end) return stop - start;
  message.skip = stop - end;
  return end - start;
}

function setSql(message: Message): void {
  message.operation = sql.operation;
  message.target = sql.target;
  message.statement = sql.statement;
}

/**
 * Everything up to an Execute and the Sync after it, or up to a Sync or Flush, is one request. Something always follows an
 * Execute, so it is read when that is there.
 */
function readExtended(state: states.State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  let at = start;
  message.type = state.open ? MORE : REQUEST;
  while (at < end) {
    const stop = end - at < HEADER ? at : frameEnd(bytes, at, true);
    if (stop < 0) return at > start ? at - start : NOT_MINE;
    const type = bytes[at];
    if (type === SYNC || type === FLUSH) {
      if (stop > end || stop === at) break;
      finish(state, type === SYNC, message);
      return stop - start;
    }
    if (stop === at) break;
    if (type === EXECUTE && stop + HEADER > end && !message.truncated) break;
    const done = readStep(state, type, bytes, at, stop, end, message);
    if (done === NOT_MINE) return at > start ? at - start : NOT_MINE;
    if (done === NEED_MORE) break;
    state.open = type !== EXECUTE;
    message.open = state.open;
    at = stop;
    if (at > end) {
      message.skip = at - end;
      return end - start;
    }
    if (type === EXECUTE) {
      const follows = end - at >= HEADER && bytes[at] === SYNC && frameEnd(bytes, at, true) > 0;
      if (!follows) return at - start;
      state.group++;
      state.grouped = false;
      return at + HEADER - start;
    }
  }
  if (at === start) return message.truncated ? NOT_MINE : NEED_MORE;
  return at - start;
}

/** A Sync or Flush: ends a request without Execute, or is one, or asks for nothing. */
function finish(state: states.State, sync: boolean, message: Message): void {
  if (state.open) {
    states.expect(state, states.PREPARE, state.acks);
    message.operation = state.called;
    message.target = state.parsed.target;
    message.statement = state.parsed.statement;
    message.namespace = state.database;
  } else if (sync && !state.grouped) {
    states.expect(state, states.SYNC, 0);
    message.operation = SYNCED;
  } else message.type = NOTHING;
  state.open = message.open = false;
  clearUnit(state);
  if (sync) {
    state.group++;
    state.grouped = false;
  }
}

function clearUnit(state: states.State): void {
  state.acks = 0;
  state.called = 0;
  state.parsed = UNSEEN;
}

function readStep(
  state: states.State,
  type: number,
  bytes: Uint8Array,
  at: number,
  stop: number,
  end: number,
  message: Message,
): number {
  const body = at + HEADER + (type === DESCRIBE || type === CLOSE ? 1 : 0);
  const limit = Math.min(stop, end, body + MAX_NAMES);
  const name = textEnd(bytes, body, limit);
  if (name < 0) return limit === end && end < stop && !message.truncated ? NEED_MORE : NOT_MINE;
  switch (type) {
    case PARSE: {
      const to = textLimit(at, stop, end, message.truncated);
      if (to < 0) return NEED_MORE;
      const text = textEnd(bytes, name + 1, to);
      readSql(bytes, name + 1, text < 0 ? to : text, dialects.pgsql);
      readSqlContext(bytes, to, message);
      const prepared = states.define(state, bytes, body, name);
      prepared.operation = sql.operation;
      prepared.target = sql.target;
      prepared.statement = sql.statement;
      state.parsed = prepared;
      state.called = PREPARED;
      break;
    }
    case BIND: {
      const statement = textEnd(bytes, name + 1, limit);
      if (statement < 0) return limit === end && end < stop && !message.truncated ? NEED_MORE : NOT_MINE;
      states.bind(state, bytes, body, name, states.statementOf(state, bytes, name + 1, statement));
      state.called ||= BOUND;
      break;
    }
    case EXECUTE: {
      const prepared = states.portalOf(state, bytes, body, name);
      const seen = prepared.statement !== 0;
      states.expect(state, seen ? states.EXECUTE : states.EXECUTE_UNSEEN, 0);
      message.operation = prepared.operation || EXECUTED;
      message.target = prepared.target;
      message.statement = prepared.statement;
      message.namespace = state.database;
      clearUnit(state);
      return 1;
    }
    case DESCRIBE:
      state.called ||= DESCRIBED;
      break;
    case CLOSE:
      if (bytes[at + HEADER] === 0x53) states.closeStatement(state, bytes, body, name);
      state.called ||= CLOSED;
      break;
  }
  state.acks++;
  return 1;
}

function readStartup(state: states.State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < 8) return message.truncated ? NOT_MINE : NEED_MORE;
  const length = u32be(bytes, start);
  const code = u32be(bytes, start + 4);
  const stop = start + length;
  if (length < 8 || length > MAX_STARTUP) return NOT_MINE;
  if (stop > end && !message.truncated) return NEED_MORE;
  const to = Math.min(stop, end);
  switch (code) {
    case SSL_REQUEST:
    case GSS_REQUEST:
      if (length !== 8) return NOT_MINE;
      state.secure++;
      return 8;
    case CANCEL_REQUEST:
      message.type = ONEWAY;
      message.operation = CANCELLED;
      return to - start;
  }
  if (code >>> 16 !== 3) return NOT_MINE;
  message.operation = CONNECT;
  readParameters(state, bytes, start + 8, to);
  return simple(state, start, to, end, message);
}

/** `name\0value\0…`: the database, or else the user, whose name it then has. */
function readParameters(state: states.State, bytes: Uint8Array, at: number, end: number): void {
  let user = 0;
  state.database = 0;
  while (at < end && bytes[at] !== 0) {
    const name = textEnd(bytes, at, end);
    const value = name < 0 ? -1 : textEnd(bytes, name + 1, end);
    if (value < 0) break;
    if (name - at === 8 && bytes[at] === 0x64) state.database = symbols.of(bytes, name + 1, value);
    else if (name - at === 4 && bytes[at] === 0x75) user = symbols.of(bytes, name + 1, value);
    at = value + 1;
  }
  state.database ||= user;
}
