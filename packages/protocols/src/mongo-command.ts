import * as bson from './bson.ts';
import { element } from './bson.ts';
import type { Message } from './message.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

const OK = symbols.ofText('OK');
const FIND = symbols.ofText('find');
const FAILED = symbols.ofText('error');
const MAX_NAME = 128;

/** `{ find: 'users', filter: …, $db: 'shop' }`: the first element names the command, its text the collection. */
export function readCommand(bytes: Uint8Array, at: number, end: number, message: Message): void {
  let first = true;
  for (let next = at + 4; bson.readElement(bytes, next, end); next = element.end) {
    if (first) {
      const wraps = element.type === bson.DOCUMENT && (bson.isNamed(bytes, '$query') || bson.isNamed(bytes, 'query'));
      if (wraps) {
        readCommand(bytes, element.at, Math.min(end, element.end), message);
        return;
      }
      if (!isName(bytes, element.nameAt, element.nameEnd)) return;
      message.operation = symbols.of(bytes, element.nameAt, element.nameEnd);
      message.target = textOf(bytes, end);
      first = false;
    } else if (bson.isNamed(bytes, 'collection') && message.target === EMPTY) message.target = textOf(bytes, end);
    else if (bson.isNamed(bytes, '$db')) {
      message.namespace = textOf(bytes, end);
      return;
    }
  }
}

function isName(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at > 64) return false;
  for (let i = at; i < end; i++) if (bytes[i] <= 0x20 || bytes[i] >= 0x7f) return false;
  return end > at;
}

function textOf(bytes: Uint8Array, end: number): SymbolId {
  if (element.type !== bson.STRING) return EMPTY;
  const stop = Math.min(element.end - 1, end);
  return stop - element.at - 4 > MAX_NAME ? EMPTY : symbols.of(bytes, element.at + 4, stop);
}

/** `{ ok: 0, code: 26, codeName: 'NamespaceNotFound', errmsg: … }`, or `writeErrors: [{ code: … }]`. */
export function readReply(bytes: Uint8Array, at: number, end: number, message: Message): void {
  message.status = OK;
  let code = EMPTY;
  let failed = false;
  for (let next = at + 4; bson.readElement(bytes, next, end); next = element.end) {
    if (bson.isNamed(bytes, 'ok')) failed ||= bson.numberOf(bytes, end) === 0;
    else if (bson.isNamed(bytes, '$err')) failed = setText(bytes, end, message);
    else if (bson.isNamed(bytes, 'err') && element.type === bson.STRING) failed = setText(bytes, end, message);
    else if (bson.isNamed(bytes, 'errmsg')) setText(bytes, end, message);
    else if (bson.isNamed(bytes, 'code')) code = codeOf(bytes, end);
    else if (bson.isNamed(bytes, 'codeName')) message.error = textOf(bytes, end);
    else if (bson.isNamed(bytes, 'writeErrors') && element.type === bson.ARRAY) {
      const after = element.end;
      const found = firstError(bytes, element.at, Math.min(end, after), message);
      if (found) {
        failed = true;
        code = found;
      }
      element.end = after;
    }
  }
  if (!failed) {
    message.error = message.errorText = EMPTY;
    return;
  }
  message.status = code || FAILED;
  message.error ||= message.status;
}

function codeOf(bytes: Uint8Array, end: number): SymbolId {
  return symbols.ofText(String(bson.numberOf(bytes, end)));
}

function setText(bytes: Uint8Array, end: number, message: Message): boolean {
  if (element.type === bson.STRING) message.errorText = scrub(bytes, element.at + 4, Math.min(end, element.end - 1));
  return true;
}

/** The code of the first of the errors, EMPTY where there is none. */
function firstError(bytes: Uint8Array, at: number, end: number, message: Message): SymbolId {
  if (!bson.readElement(bytes, at + 4, end) || element.type !== bson.DOCUMENT) return EMPTY;
  const stop = Math.min(end, element.end);
  let code = EMPTY;
  for (let next = element.at + 4; bson.readElement(bytes, next, stop); next = element.end) {
    if (bson.isNamed(bytes, 'code')) code = codeOf(bytes, stop);
    else if (bson.isNamed(bytes, 'errmsg')) setText(bytes, stop, message);
  }
  return code;
}

/** `database.collection`, as the legacy messages name it; a collection `$cmd` stands for a command. */
export function readFullName(bytes: Uint8Array, at: number, end: number, message: Message): boolean {
  let dot = at;
  while (dot < end && bytes[dot] !== 0x2e) dot++;
  message.namespace = symbols.of(bytes, at, Math.min(dot, at + MAX_NAME));
  if (dot + 1 >= end) return false;
  if (end - dot === 5 && bytes[dot + 1] === 0x24 && bytes[dot + 2] === 0x63) return true;
  message.operation = FIND;
  message.target = symbols.of(bytes, dot + 1, Math.min(end, dot + 1 + MAX_NAME));
  return false;
}
