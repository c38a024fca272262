import { equalsIgnoreCase, u32le } from './bytes.ts';
import * as find from './clickhouse-query.ts';
import { CUT, hello, query } from './clickhouse-query.ts';
import { INTERIM, type Message, MORE, NOTHING, ONEWAY, REQUEST, RESPONSE } from './message.ts';
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
import { scrub } from './scrub.ts';
import { readSql, sql } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * ClickHouse's native protocol (https://clickhouse.com/docs/native-protocol/basics): queries, pings, exceptions. Blocks of
 * data do not say how long they are, so a response ends where a piece of it ends with EndOfStream, or with its turn.
 */

const [HELLO, QUERY, CANCEL, PING] = [0, 1, 3, 4] as const;
const [DATA, EXCEPTION, PONG, END_OF_STREAM] = [1, 2, 4, 5] as const;
const LAST_KIND = 17;
const MAX_LOOK = 8192;
const MAX_WAITING = 1024;

const [CONNECT, PINGED, CANCELLED, INSERT, OK] = ['CONNECT', 'PING', 'CANCEL', 'INSERT', 'OK'].map((text) =>
  symbols.ofText(text),
);

interface State {
  database: SymbolId;
  /** The older revision of both ends, 0 where it was not seen. */
  revision: number;
  waiting: number;
  answering: boolean;
  /** The last query was an INSERT: its first answer only says which columns are wanted. */
  insert: boolean;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction): Detection {
  const kind = bytes[start];
  if (kind === HELLO) return end - start >= 8 && find.findHello(bytes, start, end) === 1 ? SURE : NO;
  if (direction === FROM_CLIENT) {
    if (kind !== QUERY || find.findQuery(bytes, start, end, 0) !== 1) return NO;
    return beginsStatement(bytes, query.at, Math.min(end, query.end)) ? SURE : MAYBE;
  }
  if (kind === EXCEPTION) return find.exceptionCode(bytes, start, end) > 0 ? SURE : NO;
  if (kind === DATA) return isBlock(bytes, start, end) ? SURE : NO;
  if (kind === PONG || kind === END_OF_STREAM) return end - start === 1 ? MAYBE : NO;
  return kind <= LAST_KIND && end - start > 2 ? MAYBE : NO;
}

const VERBS: readonly string[] =
  'select insert with show set use create alter drop describe desc explain system optimize truncate rename grant revoke exists kill attach detach check undrop watch delete update values exchange backup restore'.split(
    ' ',
  );

/** Whether a statement of ClickHouse's dialect begins here, perhaps behind a comment or in parentheses. */
function beginsStatement(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end && (bytes[at] <= 0x20 || bytes[at] === 0x28)) at++;
  if (bytes[at] === 0x2f || bytes[at] === 0x2d || bytes[at] === 0x23) return end - at > 2;
  let stop = at;
  while (stop < end && (bytes[stop] | 0x20) >= 0x61 && (bytes[stop] | 0x20) <= 0x7a) stop++;
  return VERBS.some((verb) => equalsIgnoreCase(bytes, at, stop, verb));
}

/** Data without a table's name: the fields of a block, or a checksum and how the block is compressed. */
function isBlock(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 27 || bytes[start + 1] !== 0)
    return end - start >= 10 && bytes[start + 1] === 0 && isPlain(bytes, start);
  const method = bytes[start + 18];
  const packed = u32le(bytes, start + 19);
  const known = method === 0x82 || method === 0x90 || method === 0x02;
  return isPlain(bytes, start) || (known && packed >= 9 && packed < 1 << 28);
}

function isPlain(bytes: Uint8Array, start: number): boolean {
  return bytes[start + 2] === 1 && bytes[start + 3] <= 1 && bytes[start + 4] === 2;
}

function readRequest(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const kind = bytes[start];
  message.namespace = state.database;
  if (kind === HELLO) {
    const found = find.findHello(bytes, start, end);
    if (found === CUT) return message.truncated ? NOT_MINE : NEED_MORE;
    if (found !== 1) return NOT_MINE;
    state.revision = hello.revision;
    state.database = message.namespace = symbols.of(bytes, hello.at, Math.min(hello.end, hello.at + 128));
    return begin(state, CONNECT, start, end, message);
  }
  if (state.waiting === 0 && kind === PING && end - start === 1) return begin(state, PINGED, start, end, message);
  if (state.waiting > 0 && kind === CANCEL && end - start === 1) {
    message.type = ONEWAY;
    message.operation = CANCELLED;
    return 1;
  }
  if (kind === QUERY) {
    let found = find.findQuery(bytes, start, end, state.revision);
    if (found === find.INVALID) found = find.findQuery(bytes, start, end, 0);
    const cut = found === CUT || (found === 1 && Math.min(query.end, query.at + MAX_LOOK) > end);
    if (cut && !message.truncated && end - start < MAX_LOOK) return NEED_MORE;
    if (found === 1) {
      if (state.revision === 0) state.revision = query.revision;
      readSql(bytes, query.at, Math.min(end, query.end), dialects.clickhouse);
      message.target = sql.target;
      message.statement = sql.statement;
      return begin(state, sql.operation, start, end, message);
    }
  }
  message.type = NOTHING;
  return end - start;
}

/** Data may follow the request: it goes up to where the client stopped writing. */
function begin(state: State, operation: SymbolId, start: number, end: number, message: Message): number {
  message.type = REQUEST;
  message.operation = operation;
  state.insert = operation === INSERT;
  state.waiting = Math.min(MAX_WAITING, state.waiting + 1);
  return end - start;
}

function readResponse(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (state.waiting === 0 && !state.answering) {
    message.type = NOTHING;
    return end - start;
  }
  const kind = bytes[start];
  const code = kind === EXCEPTION ? find.exceptionCode(bytes, start, end) : -1;
  if (kind === EXCEPTION && code < 0 && end - start < 64 && !message.truncated) return NEED_MORE;
  const alone = !state.answering && (kind === HELLO || (kind === PONG && end - start === 1));
  const last = alone || code >= 0 || bytes[end - 1] === END_OF_STREAM;
  if (state.insert && !state.answering && !last) {
    message.type = INTERIM;
    return end - start;
  }
  message.type = state.answering ? MORE : RESPONSE;
  if (!state.answering) {
    state.waiting--;
    message.status = OK;
    if (kind === HELLO && find.findHello(bytes, start, end) === 1)
      state.revision = state.revision === 0 ? hello.revision : Math.min(state.revision, hello.revision);
  }
  if (code >= 0) {
    message.status = message.error = symbols.ofText(String(code));
    message.errorText = scrub(bytes, find.text.at, find.text.end);
  }
  state.answering = message.open = !last;
  return end - start;
}

export const clickhouse: Protocol<State> = {
  name: 'clickhouse',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: false,
  connect: () => ({ database: EMPTY, revision: 0, waiting: 0, answering: false, insert: false }),
  detect,
  read: (state, from, bytes, start, end, message) =>
    from === FROM_CLIENT
      ? readRequest(state, bytes, start, end, message)
      : readResponse(state, bytes, start, end, message),
  lost(state) {
    state.waiting = 0;
    state.answering = false;
  },
};
