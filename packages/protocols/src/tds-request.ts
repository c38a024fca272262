import { u16be, u16le, u32le } from './bytes.ts';
import type { Message } from './message.ts';
import { type Prepared, UNSEEN } from './prepared.ts';
import { readSql, readSqlContext, sql } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** Kinds of messages (MS-TDS 2.2.3.1.1). */
export const [BATCH, OLD_LOGIN, RPC, RESPONSES, ATTENTION, BULK, FEDERATED, TRANSACTION, LOGIN, SSPI, PRELOGIN] = [
  1, 2, 3, 4, 6, 7, 8, 14, 16, 17, 18,
] as const;
/** A request of TDS 5 (Sybase), and the tokens that it may begin with. */
export const TOKENS = 15;
const [LANGUAGE, PROCEDURE_CALL, LOGOUT] = [0x21, 0xe6, 0x71] as const;
/** Token, length and status stand before the text. */
const LANGUAGE_HEADER = 6;

export interface State {
  database: SymbolId;
  /** Whether a message of several packets is being read, per direction. */
  readonly open: [boolean, boolean];
  /** By handle: what sp_prepare and sp_prepexec were given. */
  readonly statements: Map<number, Prepared>;
  /** What is being prepared by requests not answered yet, null for other requests. */
  readonly waiting: (Prepared | null)[];
  /** What the server wants encrypted (PRELOGIN): 0 the login only, 1 and 3 all, 2 nothing. */
  encryption: number;
}

const symbolsOf = (names: readonly string[]): SymbolId[] => names.map((name) => symbols.ofText(name));
const [BULK_LOAD, CONNECT, AUTHENTICATE] = symbolsOf(['BULK_LOAD', 'CONNECT', 'AUTHENTICATE']);
const [EXECUTED, LOGGED_OUT] = symbolsOf(['EXECUTE', 'LOGOUT']);
export const PRE_LOGIN = symbols.ofText('PRELOGIN');
export const CANCELLED = symbols.ofText('ATTENTION');
const PROCEDURES = symbolsOf([
  '', 'sp_cursor', 'sp_cursoropen', 'sp_cursorprepare', 'sp_cursorexecute', 'sp_cursorprepexec', 'sp_cursorunprepare',
  'sp_cursorfetch', 'sp_cursoroption', 'sp_cursorclose', 'sp_executesql', 'sp_prepare', 'sp_execute', 'sp_prepexec',
  'sp_prepexecrpc', 'sp_unprepare',
]); // biome-ignore format: one list
const [CURSOR_OPEN, EXECUTE_SQL, PREPARE, EXECUTE, PREPARE_EXECUTE, UNPREPARE] = [2, 10, 11, 12, 13, 15] as const;
const EXEC = symbols.ofText('EXEC');
const TRANSACTIONS: readonly (SymbolId | undefined)[] = [
  undefined, undefined, undefined, undefined, undefined, ...symbolsOf(['BEGIN', 'PROPAGATE', 'COMMIT', 'ROLLBACK', 'SAVE']),
]; // biome-ignore format: one list
const TRANSACTION_REQUEST = symbols.ofText('TRANSACTION');

const MAX_TEXT = 8192;
const MAX_NAME = 256;
const MAX_STATEMENTS = 1024;
const scratch = new Uint8Array(MAX_TEXT);

/** Takes what the first packet of a request says; its content is `[at, end)`, perhaps cut off. */
export function readRequestBody(
  state: State,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  message: Message,
): Prepared | null {
  switch (type) {
    case BATCH: {
      at = afterHeaders(bytes, at, end);
      if (isWideText(bytes, at, end)) readWideSql(bytes, at, end, message);
      else {
        readSql(bytes, at, end, dialects.tsql);
        readSqlContext(bytes, end, message);
      }
      use(sql, message);
      return null;
    }
    case OLD_LOGIN:
      message.operation = CONNECT;
      return null;
    case TOKENS:
      readOldTokens(bytes, at, end, message);
      return null;
    case RPC:
      return readProcedure(state, bytes, afterHeaders(bytes, at, end), end, message);
    case TRANSACTION:
      at = afterHeaders(bytes, at, end);
      message.operation = (end - at >= 2 && TRANSACTIONS[u16le(bytes, at)]) || TRANSACTION_REQUEST;
      return null;
    case BULK:
      message.operation = BULK_LOAD;
      return null;
    case LOGIN:
      message.operation = CONNECT;
      state.database = databaseOf(bytes, at, end);
      return null;
    case PRELOGIN:
      message.operation = PRE_LOGIN;
      return null;
    default:
      message.operation = AUTHENTICATE;
      return null;
  }
}

function readOldTokens(bytes: Uint8Array, at: number, end: number, message: Message): void {
  const token = at < end ? bytes[at] : 0;
  if (token === LANGUAGE) {
    readSql(bytes, Math.min(end, at + LANGUAGE_HEADER), end, dialects.tsql);
    readSqlContext(bytes, end, message);
    use(sql, message);
  } else if (token === PROCEDURE_CALL) {
    const name = Math.min(end, at + 4);
    message.operation = EXEC;
    message.target = symbols.of(bytes, name, name === at + 4 ? Math.min(end, name + bytes[at + 3]) : name);
  } else message.operation = token === LOGOUT ? LOGGED_OUT : EXECUTED;
}

function use(prepared: Readonly<Prepared>, message: Message): void {
  message.operation = prepared.operation;
  message.target = prepared.target;
  message.statement = prepared.statement;
}

/** ALL_HEADERS: since TDS 7.2 a block with its own length stands before the content. */
export function afterHeaders(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 10) return at;
  const length = u32le(bytes, at);
  const first = u32le(bytes, at + 4);
  const kind = u16le(bytes, at + 8);
  const fits = length >= 10 && length <= 512 && first >= 6 && first <= length - 4;
  return fits && kind >= 1 && kind <= 3 ? Math.min(end, at + length) : at;
}

/** The first letters of a statement, in UTF-16; before TDS 7 they are bytes. */
export function isWideText(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end - 1, at + 12);
  for (let i = at; i < stop; i += 2) if (bytes[i + 1] !== 0 || bytes[i] < 0x09 || bytes[i] > 0x7e) return false;
  return true;
}

/** Whether a readable statement of TDS 5 begins at `at`. */
export function isOldText(bytes: Uint8Array, at: number, end: number): boolean {
  const text = at + LANGUAGE_HEADER;
  if (end - text < 4 || bytes[at] !== LANGUAGE || bytes[text - 1] > 1) return false;
  for (let i = text; i < Math.min(end, text + 12); i++) if (bytes[i] < 0x09 || bytes[i] > 0x7e) return false;
  return true;
}

/** Writes UTF-16 text as UTF-8 into `scratch`: its length. */
function utf8(bytes: Uint8Array, at: number, end: number): number {
  let length = 0;
  for (; at + 1 < end && length < MAX_TEXT - 3; at += 2) {
    const unit = u16le(bytes, at);
    if (unit < 0x80) scratch[length++] = unit;
    else if (unit < 0x800) {
      scratch[length++] = 0xc0 | (unit >> 6);
      scratch[length++] = 0x80 | (unit & 63);
    } else {
      scratch[length++] = 0xe0 | (unit >> 12);
      scratch[length++] = 0x80 | ((unit >> 6) & 63);
      scratch[length++] = 0x80 | (unit & 63);
    }
  }
  return length;
}

export function textSymbol(bytes: Uint8Array, at: number, units: number, end: number): SymbolId {
  return symbols.of(scratch, 0, utf8(bytes, at, Math.min(end, at + 2 * Math.min(units, MAX_NAME))));
}

function readProcedure(state: State, bytes: Uint8Array, at: number, end: number, message: Message): Prepared | null {
  if (end - at < 6) return null;
  const units = u16le(bytes, at);
  message.operation = EXEC;
  if (units !== 0xffff) {
    message.target = textSymbol(bytes, at + 2, units, end);
    return null;
  }
  const id = u16le(bytes, at + 2);
  const first = at + 6;
  message.operation = EXEC;
  message.target = PROCEDURES[id] ?? EMPTY;
  switch (id) {
    case EXECUTE_SQL:
      readText(bytes, first, end, message);
      return null;
    case CURSOR_OPEN:
      readText(bytes, parameterEnd(bytes, first, end), end, message);
      return null;
    case PREPARE:
    case PREPARE_EXECUTE: {
      const text = parameterEnd(bytes, parameterEnd(bytes, first, end), end);
      if (!readText(bytes, text, end, message)) return null;
      const { operation, target, statement } = sql;
      if (id === PREPARE) message.operation = PROCEDURES[PREPARE];
      return { operation, target, statement };
    }
    case EXECUTE:
    case UNPREPARE: {
      const handle = integerAt(bytes, first, end);
      const prepared = state.statements.get(handle) ?? UNSEEN;
      if (prepared !== UNSEEN) use(prepared, message);
      if (id === UNPREPARE) {
        message.operation = PROCEDURES[UNPREPARE];
        state.statements.delete(handle);
      }
      return null;
    }
    default:
      return null;
  }
}

export function remember(state: State, handle: number, prepared: Prepared): void {
  if (state.statements.size >= MAX_STATEMENTS) state.statements.delete(state.statements.keys().next().value as number);
  state.statements.set(handle, prepared);
}

const [INTN, NVARCHAR, NTEXT] = [0x26, 0xe7, 0x63] as const;
const PARTIAL = 0xffff;

/** Where the value of the parameter at `at` begins, after its name, status and type. */
function typeAt(bytes: Uint8Array, at: number, end: number): number {
  const type = at + 2 + 2 * bytes[at];
  return at >= 0 && type < end ? type : -1;
}

/** The index after a parameter that is an integer or text; -1 where it is another one, or not whole. */
function parameterEnd(bytes: Uint8Array, at: number, end: number): number {
  const type = typeAt(bytes, at, end);
  if (type < 0) return -1;
  if (bytes[type] === INTN) return type + 3 <= end ? type + 3 + bytes[type + 2] : -1;
  if (bytes[type] !== NVARCHAR || type + 10 > end) return -1;
  if (u16le(bytes, type + 1) !== PARTIAL) {
    const length = u16le(bytes, type + 8);
    return type + 10 + (length === 0xffff ? 0 : length);
  }
  if (type + 16 > end) return -1;
  if (u32le(bytes, type + 12) === 0xffffffff && u32le(bytes, type + 8) === 0xffffffff) return type + 16;
  for (let chunk = type + 16; chunk + 4 <= end; chunk += 4 + u32le(bytes, chunk))
    if (u32le(bytes, chunk) === 0) return chunk + 4;
  return -1;
}

/** Reads the statement that the parameter at `at` is. */
function readText(bytes: Uint8Array, at: number, end: number, message: Message): boolean {
  const type = typeAt(bytes, at, end);
  if (type < 0 || type + 10 > end) return false;
  let text = type + 10;
  let length = u16le(bytes, type + 8);
  if (bytes[type] === NTEXT && type + 14 <= end) {
    text = type + 14;
    length = u32le(bytes, type + 10);
  } else if (bytes[type] !== NVARCHAR) return false;
  else if (u16le(bytes, type + 1) === PARTIAL) {
    if (type + 20 > end) return false;
    text = type + 20;
    length = u32le(bytes, type + 16);
  }
  readWideSql(bytes, text, Math.min(end, text + length), message);
  use(sql, message);
  return true;
}

function readWideSql(bytes: Uint8Array, at: number, end: number, message: Message): void {
  const length = utf8(bytes, at, end);
  readSql(scratch, 0, length, dialects.tsql);
  readSqlContext(scratch, length, message);
}

function integerAt(bytes: Uint8Array, at: number, end: number): number {
  const type = typeAt(bytes, at, end);
  return type >= 0 && bytes[type] === INTN && bytes[type + 2] === 4 && type + 7 <= end ? u32le(bytes, type + 3) : -1;
}

/** LOGIN7: the database is the ninth of the texts that its offsets name. */
function databaseOf(bytes: Uint8Array, at: number, end: number): SymbolId {
  const entry = at + 36 + 8 * 4;
  if (entry + 4 > end) return EMPTY;
  const text = at + u16le(bytes, entry);
  return text > end ? EMPTY : textSymbol(bytes, text, u16le(bytes, entry + 2), end);
}

/** The value of the ENCRYPTION option of a PRELOGIN, or -1. */
export function encryptionOf(bytes: Uint8Array, at: number, end: number): number {
  for (let option = at; option + 5 <= end && bytes[option] !== 0xff; option += 5)
    if (bytes[option] === 1) {
      const value = at + u16be(bytes, option + 1);
      return value < end ? bytes[value] : -1;
    }
  return -1;
}
