import { i32be } from './bytes.ts';
import type { Message } from './message.ts';
import { scrub } from './scrub.ts';
import { type SymbolId, symbols } from './symbols.ts';
import * as struct from './thrift-struct.ts';
import { CUT, INVALID } from './thrift-struct.ts';

export const [CALL, REPLY, EXCEPTION, ONEWAY_CALL] = [1, 2, 3, 4] as const;
const MAX_NAME = 256;
const COLON = 0x3a;

/** The head of a message: its encoding, kind, sequence number, name, and where its struct begins. */
export const head = { compact: false, kind: 0, sequence: 0, nameAt: 0, nameEnd: 0, body: 0 };

/** Reads the head of the message at `at` into `head`: where its struct begins, CUT or INVALID. */
export function readHead(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return CUT;
  if (bytes[at] === 0x82) return readCompactHead(bytes, at, end);
  head.compact = false;
  if (bytes[at] === 0x80 && bytes[at + 1] === 1) {
    if (end - at < 8) return CUT;
    head.kind = bytes[at + 3];
    const length = i32be(bytes, at + 4);
    if (bytes[at + 2] !== 0 || head.kind < CALL || head.kind > ONEWAY_CALL) return INVALID;
    return readName(bytes, at + 8, length, end, 4);
  }
  // Before versions: the name, then the kind.
  if (end - at < 4) return bytes[at] === 0 ? CUT : INVALID;
  const length = i32be(bytes, at);
  if (length <= 0 || length > MAX_NAME) return INVALID;
  const body = readName(bytes, at + 4, length, end, 5);
  if (body < 0) return body;
  head.kind = bytes[head.nameEnd];
  return head.kind >= CALL && head.kind <= ONEWAY_CALL ? body : INVALID;
}

/** The name of `length` bytes at `at`, `rest` bytes after it, of which the last four are the sequence number. */
function readName(bytes: Uint8Array, at: number, length: number, end: number, rest: number): number {
  if (length <= 0 || length > MAX_NAME) return INVALID;
  head.nameAt = at;
  head.nameEnd = at + length;
  if (!isName(bytes, at, Math.min(end, head.nameEnd))) return INVALID;
  head.body = head.nameEnd + rest;
  if (head.body > end) return CUT;
  head.sequence = i32be(bytes, head.body - 4) >>> 0;
  return head.body;
}

function readCompactHead(bytes: Uint8Array, at: number, end: number): number {
  head.compact = true;
  head.kind = bytes[at + 1] >> 5;
  if ((bytes[at + 1] & 0x1f) !== 1 || head.kind < CALL || head.kind > ONEWAY_CALL) return INVALID;
  const length = struct.varintEnd(bytes, at + 2, end);
  if (length < 0) return length;
  head.sequence = struct.varint;
  head.nameAt = struct.varintEnd(bytes, length, end);
  if (head.nameAt < 0) return head.nameAt;
  if (struct.varint <= 0 || struct.varint > MAX_NAME) return INVALID;
  head.body = head.nameEnd = head.nameAt + struct.varint;
  if (!isName(bytes, head.nameAt, Math.min(end, head.nameEnd))) return INVALID;
  return head.body > end ? CUT : head.body;
}

function isName(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i] < 0x2d || bytes[i] > 0x7a) return false;
  return true;
}

/** `Service:method` (multiplexed) or the method alone. */
export function setName(bytes: Uint8Array, message: Message): void {
  const { nameAt, nameEnd } = head;
  let colon = nameEnd - 1;
  while (colon > nameAt && bytes[colon] !== COLON) colon--;
  if (colon > nameAt) message.target = symbols.of(bytes, nameAt, colon);
  message.operation = symbols.of(bytes, colon > nameAt ? colon + 1 : nameAt, nameEnd);
}

const OK = symbols.ofText('OK');
const FAILED = symbols.ofText('EXCEPTION');
const DECLARED = symbols.ofText('declared_exception');
const TYPES: readonly SymbolId[] = [
  'UNKNOWN', 'UNKNOWN_METHOD', 'INVALID_MESSAGE_TYPE', 'WRONG_METHOD_NAME', 'BAD_SEQUENCE_ID', 'MISSING_RESULT',
  'INTERNAL_ERROR', 'PROTOCOL_ERROR', 'INVALID_TRANSFORM', 'INVALID_PROTOCOL', 'UNSUPPORTED_CLIENT_TYPE',
].map((name) => symbols.ofText(name)); // biome-ignore format: one list

/** What an answer says, as far as it is there: a result is field 0, an exception that the method declares another one. */
export function setResult(bytes: Uint8Array, at: number, end: number, message: Message): void {
  message.status = OK;
  if (at >= end || bytes[at] === 0) return;
  if (head.kind === EXCEPTION) {
    message.status = FAILED;
    message.error = TYPES[0];
    readException(bytes, at, end, message);
  } else if (head.compact ? bytes[at] >> 4 !== 0 : end - at >= 3 && (bytes[at + 1] | bytes[at + 2]) !== 0) {
    message.status = FAILED;
    message.error = DECLARED;
  }
}

/** TApplicationException: 1 text, 2 type. */
function readException(bytes: Uint8Array, at: number, end: number, message: Message): void {
  if (head.compact) {
    if (bytes[at] === 0x18) {
      const text = struct.varintEnd(bytes, at + 1, end);
      if (text < 0 || text + struct.varint > end) return;
      at = text + struct.varint;
      message.errorText = scrub(bytes, text, at);
    }
    if (bytes[at] === 0x15 && struct.varintEnd(bytes, at + 1, end) > 0)
      message.error = TYPES[struct.varint >> 1] ?? TYPES[0];
    return;
  }
  if (bytes[at] === 11 && end - at >= 7) {
    const text = at + 7;
    at = text + (i32be(bytes, at + 3) >>> 0);
    if (at > end) return;
    message.errorText = scrub(bytes, text, at);
  }
  if (bytes[at] === 8 && end - at >= 7) message.error = TYPES[i32be(bytes, at + 3)] ?? TYPES[0];
}
