import { protocolId } from '@sonde/model';
import { u16le, u32le } from './bytes.ts';
import { type Message, ONEWAY, REQUEST } from './message.ts';
import * as packet from './mysql-packet.ts';
import { HEADER } from './mysql-packet.ts';
import * as states from './mysql-state.ts';
import type { Prepared } from './prepared.ts';
import { NEED_MORE, NOT_MINE } from './protocol.ts';
import { readSql, readSqlContext, sql } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

export const [QUIT, INIT_DB, QUERY, FIELD_LIST, PROCESS_INFO, CHANGE_USER, PREPARE, EXECUTE, LONG_DATA, CLOSE, FETCH] =
  [1, 2, 3, 4, 10, 0x11, 0x16, 0x17, 0x18, 0x19, 0x1c] as const;
const BULK_EXECUTE = 0xfa;

/** `COM_…` by number. */
const NAMES: readonly string[] = [
  'SLEEP', 'QUIT', 'INIT_DB', 'QUERY', 'FIELD_LIST', 'CREATE_DB', 'DROP_DB', 'REFRESH', 'SHUTDOWN', 'STATISTICS',
  'PROCESS_INFO', 'CONNECT', 'PROCESS_KILL', 'DEBUG', 'PING', 'TIME', 'DELAYED_INSERT', 'CHANGE_USER', 'BINLOG_DUMP',
  'TABLE_DUMP', 'CONNECT_OUT', 'REGISTER_REPLICA', 'PREPARE', 'EXECUTE', 'LONG_DATA', 'CLOSE', 'RESET_STATEMENT',
  'SET_OPTION', 'FETCH', 'DAEMON', 'BINLOG_DUMP_GTID', 'RESET_CONNECTION',
]; // biome-ignore format: one list
const SYMBOLS: readonly SymbolId[] = NAMES.map((name) => symbols.ofText(name));
export const COMMANDS = NAMES.length;
const CONNECT = symbols.ofText('CONNECT');
const COMPRESSED = symbols.ofText('COMPRESSED');
const USE = symbols.ofText('USE');
const TLS = protocolId('tls');

const MAX_TEXT = 8192;
const LAST_PREPARED = 0xffffffff;
export const COMPRESSED_HEADER = 7;

export function readRequest(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  if (state.compressed) return readCompressed(state, bytes, start, end, message);
  if (end - start < HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = packet.packetEnd(bytes, start);
  const body = start + HEADER;
  if (bytes[start + 3] !== 0) return readLater(state, bytes, start, body, stop, end, message);
  if (stop === body) return NOT_MINE;
  if (body >= end) return message.truncated ? NOT_MINE : NEED_MORE;
  const wanted = Math.min(stop, body + MAX_TEXT);
  if (wanted > end && !message.truncated) return NEED_MORE;
  if (!readCommand(state, bytes, body, Math.min(stop, end), message)) return NOT_MINE;
  return leave(start, stop, end, message);
}

function leave(start: number, stop: number, end: number, message: Message): number {
  if (stop <= end) return stop - start;
  message.skip = stop - end;
  return end - start;
}

/** Takes what a command says; false where there is no such command. */
function readCommand(state: states.State, bytes: Uint8Array, body: number, to: number, message: Message): boolean {
  const command = bytes[body];
  if (command >= COMMANDS && command !== BULK_EXECUTE) return false;
  message.type = REQUEST;
  message.operation = SYMBOLS[command] ?? EMPTY;
  message.namespace = state.database;
  switch (command) {
    case QUIT:
      message.type = ONEWAY;
      return true;
    case CLOSE:
    case LONG_DATA: {
      message.type = ONEWAY;
      const id = to - body >= 5 ? u32le(bytes, body + 1) : 0;
      const prepared = state.statements.get(id);
      if (prepared) setPrepared(prepared, message);
      if (command === CLOSE) state.statements.delete(id);
      return true;
    }
    case QUERY:
      readSql(bytes, textAt(state, bytes, body + 1, to), to, dialects.mysql);
      setSql(message);
      readSqlContext(bytes, to, message);
      if (sql.operation === USE) useDatabase(state, message);
      states.expect(state, states.RESULT);
      return true;
    case PREPARE: {
      readSql(bytes, body + 1, to, dialects.mysql);
      readSqlContext(bytes, to, message);
      const { operation, target, statement } = sql;
      message.target = target;
      message.statement = statement;
      state.lastPrepared = { operation, target, statement };
      states.expect(state, states.PREPARE, state.lastPrepared);
      return true;
    }
    case EXECUTE:
    case BULK_EXECUTE: {
      const id = to - body >= 5 ? u32le(bytes, body + 1) : 0;
      const prepared = id === LAST_PREPARED ? state.lastPrepared : state.statements.get(id);
      message.operation = SYMBOLS[EXECUTE];
      if (prepared) {
        message.operation = prepared.operation;
        setPrepared(prepared, message);
      }
      states.expect(state, states.RESULT);
      return true;
    }
    case FETCH: {
      const prepared = to - body >= 5 ? state.statements.get(u32le(bytes, body + 1)) : undefined;
      if (prepared) setPrepared(prepared, message);
      states.expect(state, states.ROWS);
      return true;
    }
    case INIT_DB:
      state.database = message.namespace = symbols.of(bytes, body + 1, Math.min(to, body + 129));
      states.expect(state, states.SINGLE);
      return true;
    case FIELD_LIST: {
      let name = body + 1;
      while (name < to && bytes[name] !== 0 && name < body + 129) name++;
      message.target = symbols.of(bytes, body + 1, name);
      states.expect(state, states.FIELDS);
      return true;
    }
    case CHANGE_USER:
      states.expect(state, states.LOGIN);
      return true;
    default:
      states.expect(state, command === PROCESS_INFO ? states.RESULT : states.SINGLE);
      return true;
  }
}

function setSql(message: Message): void {
  message.operation = sql.operation;
  message.target = sql.target;
  message.statement = sql.statement;
}

function setPrepared(prepared: Prepared, message: Message): void {
  message.target = prepared.target;
  message.statement = prepared.statement;
}

/** `USE name` changes the database of what follows. */
function useDatabase(state: states.State, message: Message): void {
  const name = symbols.text(sql.statement).slice(4).replaceAll('`', '');
  state.database = message.namespace = symbols.ofText(name);
}

/** Where the text of a query begins: query attributes may stand before it. */
function textAt(state: states.State, bytes: Uint8Array, at: number, end: number): number {
  const unknown = state.capabilities === 0;
  if (unknown ? bytes[at] >= 0x20 : (state.capabilities & packet.QUERY_ATTRIBUTES) === 0) return at;
  const count = packet.lenenc(bytes, at, end);
  if (count < 0 || count > 256 || packet.lenenc(bytes, packet.after, end) !== 1) return at;
  if (count === 0) return packet.after;
  let next = packet.after + ((count + 7) >> 3);
  const nulls = packet.after;
  if (bytes[next++] !== 1) return end;
  const types = next;
  for (let i = 0; i < count; i++) {
    const length = packet.lenenc(bytes, next + 2, end);
    if (length < 0) return end;
    next = packet.after + length;
  }
  for (let i = 0, type = types; i < count && next < end; i++) {
    if ((bytes[nulls + (i >> 3)] & (1 << (i & 7))) === 0) next = valueEnd(bytes, bytes[type], next, end);
    packet.lenenc(bytes, type + 2, end);
    type = packet.after + bytes[type + 2];
  }
  return Math.min(next, end);
}

/** Past the value of a query attribute (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html). */
function valueEnd(bytes: Uint8Array, type: number, at: number, end: number): number {
  const fixed = [0, 1, 2, 4, 4, 8, 0, -1, 8, 4, -1, -1, -1, 2][type] ?? -2;
  if (fixed >= 0) return at + fixed;
  const length = fixed === -1 ? bytes[at] : packet.lenenc(bytes, at, end);
  if (length < 0) return end;
  return (fixed === -1 ? at + 1 : packet.after) + length;
}

/** Packets with a sequence number: the login, what follows it, and the contents of a local file. */
function readLater(
  state: states.State,
  bytes: Uint8Array,
  start: number,
  body: number,
  stop: number,
  end: number,
  message: Message,
): number {
  const isLogin = bytes[start + 3] === 1 && stop - body >= 32 && state.waiting.length === 0 && state.answering === 0;
  if (!isLogin) return leave(start, stop, end, message);
  if (stop > end && !message.truncated) return stop - start > MAX_TEXT ? NOT_MINE : NEED_MORE;
  const to = Math.min(stop, end);
  if (!isLoginPacket(bytes, body, to)) return leave(start, stop, end, message);
  const capabilities = u32le(bytes, body);
  if (capabilities & packet.SSL && stop - body === 32) {
    message.type = ONEWAY;
    message.operation = CONNECT;
    message.switchTo = TLS;
    return stop - start;
  }
  state.capabilities = capabilities;
  state.compress = (capabilities & (packet.COMPRESS | packet.ZSTD)) !== 0;
  state.database = databaseOf(bytes, body + 32, to, capabilities);
  message.type = REQUEST;
  message.operation = CONNECT;
  message.namespace = state.database;
  states.expect(state, states.LOGIN);
  return leave(start, stop, end, message);
}

/** HandshakeResponse41: flags, maximum, character set, then zeros (the last four are MariaDB's own flags). */
export function isLoginPacket(bytes: Uint8Array, body: number, end: number): boolean {
  if (end - body < 32 || !(u16le(bytes, body) & packet.PROTOCOL_41)) return false;
  for (let i = body + 9; i < body + 28; i++) if (bytes[i] !== 0) return false;
  return true;
}

function databaseOf(bytes: Uint8Array, at: number, end: number, capabilities: number): SymbolId {
  if (!(capabilities & packet.CONNECT_WITH_DB)) return EMPTY;
  while (at < end && bytes[at] !== 0) at++;
  at++;
  if (capabilities & packet.AUTH_LENENC) {
    const length = packet.lenenc(bytes, at, end);
    if (length < 0) return EMPTY;
    at = packet.after + length;
  } else if (capabilities & packet.SECURE_CONNECTION) at += 1 + (bytes[at] ?? 0);
  else {
    while (at < end && bytes[at] !== 0) at++;
    at++;
  }
  let stop = at;
  while (stop < end && bytes[stop] !== 0) stop++;
  return symbols.of(bytes, at, stop);
}

/** A packet of the compressed protocol; short ones hold their content as it is. */
function readCompressed(state: states.State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < COMPRESSED_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  const stop = packet.packetEnd(bytes, start) + 3;
  const inner = start + COMPRESSED_HEADER;
  const plain = bytes[start + 4] === 0 && bytes[start + 5] === 0 && bytes[start + 6] === 0;
  if (bytes[start + 3] !== 0) return leave(start, stop, end, message);
  if (plain) {
    if (stop > end && stop - start < MAX_TEXT && !message.truncated) return NEED_MORE;
    const body = inner + HEADER;
    const to = Math.min(stop, end, packet.packetEnd(bytes, inner));
    if (body < to && bytes[inner + 3] === 0 && readCommand(state, bytes, body, to, message))
      return leave(start, stop, end, message);
  }
  message.type = REQUEST;
  message.operation = COMPRESSED;
  message.namespace = state.database;
  message.partial = true;
  states.expect(state, states.RESULT);
  return leave(start, stop, end, message);
}
