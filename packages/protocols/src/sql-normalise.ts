import type { Dialect } from './sql-dialect.ts';
import * as words from './sql-keywords.ts';
import * as lexer from './sql-lexer.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/**
 * What a statement says, without its values: literals and placeholders are `?`, space and comments are folded, lists of
 * values after IN and in brackets are one `?`, of the rows after VALUES only the first is kept. Statements that differ in
 * nothing else have the same text and so the same symbol.
 */
export const sql = {
  /** First keyword in upper case; of WITH … the statement's own. `db.operation.name` */
  operation: EMPTY as SymbolId,
  /** The first table (procedure, view, index's table) named, without quotes. `db.collection.name` */
  target: EMPTY as SymbolId,
  /** `db.query.text` */
  statement: EMPTY as SymbolId,
  /** The W3C traceparent in a sqlcommenter comment, as offsets into the bytes read; -1 where there is none. */
  traceparent: -1,
};

const MAX_OUT = 2000;
const MAX_NAME = 128;
const out = new Uint8Array(MAX_OUT + 64);
const name = new Uint8Array(MAX_NAME + 1);
const upper = new Uint8Array(32);

/** What is looked for as the target. */
const NOTHING = 0;
const TABLE_OR_FUNCTION = 1;
const TABLE = 2;

let length = 0;
let previous = 0;
let previousWord = 0;
let depth = 0;
/** Depths at which a query was begun, so that FROM names a table (unlike in `extract(year from x)`). */
let queries = 0;
let verb = 0;
let want = NOTHING;
let nameLength = 0;
let naming = false;
let index = false;
/** The depth of the list of values being read, and where its last value ended. */
let listDepth = -1;
let listEnd = 0;
let valueEnd = -1;
/** The depth at which rows `(…), (…)` follow each other, and that of the rows that are not written. */
let rowsDepth = -1;
let mutedDepth = -1;

/** Reads the statement `[start, end)` into `sql`, token by token. */
export function normalise(bytes: Uint8Array, start: number, end: number, dialect: Dialect): void {
  sql.traceparent = -1;
  length = previous = previousWord = depth = queries = verb = nameLength = 0;
  want = NOTHING;
  naming = index = false;
  listDepth = valueEnd = rowsDepth = mutedDepth = -1;
  sql.operation = EMPTY;
  lexer.begin(bytes, start, end, dialect);
  const { token } = lexer;
  let comma = false;
  let ended = false;
  for (let kind = lexer.next(); kind !== lexer.END && length < MAX_OUT; kind = lexer.next()) {
    if (kind === lexer.COMMENT) {
      if (sql.traceparent < 0) sql.traceparent = traceparentIn(bytes, token.from, token.to);
      continue;
    }
    if (kind === lexer.SEMICOLON) {
      ended = previous !== 0;
      continue;
    }
    if (comma) {
      comma = false;
      if (kind === lexer.OPEN && depth === rowsDepth && mutedDepth < 0) mutedDepth = depth;
      else if (mutedDepth < 0) put(bytes, lexer.COMMA, token.from, token.from, false);
    }
    if (kind === lexer.COMMA && previous === lexer.CLOSE && depth === rowsDepth && mutedDepth < 0) {
      comma = true;
      continue;
    }
    if (ended) {
      ended = false;
      out[length++] = 0x3b;
      previous = lexer.COMMA;
    }
    let from = token.from;
    if (kind === lexer.WORD || kind === lexer.NAME) kind = readWord(bytes, from, token.to, kind);
    else if (kind === lexer.OPERATOR && isSign(bytes, from, token.to)) {
      const spaced = token.spaced;
      const isNumber = token.at < end && (isDigit(bytes[token.at]) || bytes[token.at] === 0x2e);
      if (isNumber && lexer.next() === lexer.VALUE) kind = lexer.VALUE;
      token.spaced = spaced;
      from = token.from;
    } else if (naming) endName(kind, bytes, from);
    if (kind === lexer.OPEN || kind === lexer.OPEN_BRACKET) open(kind);
    if (mutedDepth < 0) {
      if (kind === lexer.NAME) put(bytes, kind, from - 1, token.at, token.spaced);
      else put(bytes, kind, from, token.to, token.spaced);
    }
    if (kind === lexer.CLOSE || kind === lexer.CLOSE_BRACKET) close();
    if (kind !== lexer.WORD) previousWord = words.PLAIN;
    if (kind !== lexer.DOT) naming &&= kind === lexer.WORD || kind === lexer.NAME;
  }
  lexer.finish();
  if (length > MAX_OUT) length = MAX_OUT;
  if (depth === listDepth && valueEnd > 0 && valueEnd >= length - 1) {
    length = valueEnd;
    out[length++] = listEnd;
  }
  sql.statement = symbols.of(out, 0, length);
  sql.target = symbols.of(name, 0, nameLength);
}

/** Takes what a word means; the kind of token that it is. */
function readWord(bytes: Uint8Array, from: number, to: number, kind: number): number {
  if (naming && previous === lexer.DOT) {
    putName(bytes, from, to);
    return kind;
  }
  naming = false;
  const code = kind === lexer.NAME || previous === lexer.DOT ? words.PLAIN : words.keyword(bytes, from, to);
  if (want !== NOTHING) {
    const filler = code === words.FILLER || code === words.TABLE || code === words.INTO || code === words.FROM;
    if (!filler) {
      naming = code === words.PLAIN || code > words.FILLER;
      if (naming) {
        nameLength = 0;
        putName(bytes, from, to);
        wanted = want;
      }
      want = NOTHING;
      if (naming) {
        previousWord = words.PLAIN;
        return kind;
      }
    }
  }
  if (kind === lexer.NAME) return kind;
  if (verb === 0 || (verb === words.WITH && depth === 0)) readVerb(bytes, from, to, code);
  if (code !== words.PLAIN && use(code)) kind = lexer.VALUE;
  previousWord = code;
  if (code !== words.IN && code !== words.VALUES && depth === rowsDepth) rowsDepth = -1;
  return kind;
}
let wanted = NOTHING;

function readVerb(bytes: Uint8Array, from: number, to: number, code: number): void {
  if (verb === words.WITH && (code < words.SELECT || code > words.MERGE)) return;
  verb = code === words.PLAIN ? -1 : code;
  const size = Math.min(to - from, upper.length);
  for (let i = 0; i < size; i++) {
    const byte = bytes[from + i];
    upper[i] = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
  }
  sql.operation = symbols.of(upper, 0, size);
  if (nameLength > 0) return;
  if (code === words.UPDATE || code === words.TRUNCATE || code === words.COPY || code === words.CALL) want = TABLE;
}

/** Whether the word stands for a value. */
function use(code: number): boolean {
  switch (code) {
    case words.SELECT:
    case words.DELETE:
    case words.SHOW:
      queries |= 1 << depth;
      break;
    case words.FROM:
      if (nameLength === 0 && queries & (1 << depth) && previousWord !== words.DISTINCT) want = TABLE_OR_FUNCTION;
      break;
    case words.INTO:
      if (nameLength === 0 && verb !== words.SELECT) want = TABLE;
      break;
    case words.TABLE:
    case words.VIEW:
      if (nameLength === 0) want = TABLE;
      break;
    case words.INDEX:
      index = verb === -1;
      break;
    case words.ON:
      if (index && nameLength === 0) want = TABLE;
      break;
    case words.NULLS:
      return (previous === lexer.OPERATOR || previous === lexer.COMMA || previous === lexer.OPEN) && mutedDepth < 0;
  }
  return false;
}

function putName(bytes: Uint8Array, from: number, to: number): void {
  if (nameLength > 0 && nameLength < MAX_NAME) name[nameLength++] = 0x2e;
  for (let i = from; i < to && nameLength < MAX_NAME; i++) name[nameLength++] = bytes[i];
}

/** The name is whole, unless a dot follows: what looked like a table is a function where `(` follows. */
function endName(kind: number, bytes: Uint8Array, from: number): void {
  if (kind === lexer.DOT) return;
  if (kind === lexer.OPEN && wanted === TABLE_OR_FUNCTION && bytes[from] === 0x28) nameLength = 0;
}

function open(kind: number): void {
  want = NOTHING;
  if (kind === lexer.OPEN_BRACKET || previousWord === words.IN) {
    listDepth = depth + 1;
    listEnd = kind === lexer.OPEN ? 0x29 : 0x5d;
  }
  if (mutedDepth < 0) {
    if (previousWord === words.IN) rowsDepth = depth + 1;
    else if (previousWord === words.VALUES) rowsDepth = depth;
  }
  depth++;
  if (depth < 31) queries &= ~(1 << depth);
}

function close(): void {
  if (depth === listDepth) listDepth = -1;
  if (depth > 0) depth--;
  if (depth < rowsDepth) rowsDepth = -1;
  if (depth === mutedDepth) mutedDepth = -1;
}

/** Writes a token with the space that belongs before it. */
function put(bytes: Uint8Array, kind: number, from: number, to: number, spaced: boolean): void {
  if (kind === lexer.VALUE) {
    if (previous === lexer.COMMA && depth === listDepth && valueEnd === length - 1) {
      length = valueEnd;
      previous = lexer.VALUE;
      return;
    }
  }
  if (needsSpace(kind, spaced)) out[length++] = 0x20;
  previous = kind;
  if (kind === lexer.VALUE) {
    out[length++] = 0x3f;
    valueEnd = length;
  } else if (kind === lexer.COMMA) out[length++] = 0x2c;
  else for (let i = from; i < to && length < MAX_OUT; i++) out[length++] = bytes[i];
}

function needsSpace(kind: number, spaced: boolean): boolean {
  if (previous === 0) return false;
  if (previous === lexer.COMMA) return true;
  switch (kind) {
    case lexer.COMMA:
    case lexer.CLOSE:
    case lexer.CLOSE_BRACKET:
    case lexer.DOT:
    case lexer.JOIN:
      return false;
  }
  switch (previous) {
    case lexer.OPEN:
    case lexer.OPEN_BRACKET:
    case lexer.DOT:
    case lexer.JOIN:
      return false;
    case lexer.OPERATOR:
      return true;
  }
  if (kind === lexer.OPERATOR) return true;
  if (kind === lexer.OPEN) return spaced || previousWord === words.IN || previousWord === words.VALUES;
  return spaced || (kind !== lexer.OPEN_BRACKET && previous !== lexer.OPEN);
}

/** `-` or `+` that belongs to the number after it, since no value stands before it. */
function isSign(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 1 || (bytes[from] !== 0x2d && bytes[from] !== 0x2b)) return false;
  if (previous === lexer.WORD) return previousWord !== words.PLAIN;
  return previous === 0 || (previous >= lexer.OPEN && previous !== lexer.CLOSE && previous !== lexer.CLOSE_BRACKET);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The offset of the value in `traceparent='00-…-…-01'` (https://google.github.io/sqlcommenter/spec/), or -1. */
function traceparentIn(bytes: Uint8Array, from: number, to: number): number {
  const key = "traceparent='";
  search: for (let i = from; i + key.length + TRACEPARENT <= to; i++) {
    for (let j = 0; j < key.length; j++) if (bytes[i + j] !== key.charCodeAt(j)) continue search;
    const at = i + key.length;
    for (let j = 0; j < TRACEPARENT; j++) {
      const byte = bytes[at + j];
      const dash = j === 2 || j === 35 || j === 52;
      if (dash ? byte !== 0x2d : !isDigit(byte) && !(byte >= 0x61 && byte <= 0x66)) continue search;
    }
    return at;
  }
  return -1;
}

/** Bytes of a traceparent of version 00. */
export const TRACEPARENT = 55;
