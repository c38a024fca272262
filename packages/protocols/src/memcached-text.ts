import { CR, decimal, LF, SPACE, startsWith } from './bytes.ts';
import { keyPattern } from './key-pattern.ts';
import { type Message, MORE, ONEWAY, REQUEST, RESPONSE } from './message.ts';
import { type Detection, type Direction, FROM_CLIENT, MAYBE, NEED_MORE, NO, NOT_MINE, SURE } from './protocol.ts';
import { scrub } from './scrub.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** The text protocol of Memcached with its meta commands (https://docs.memcached.org/protocols/basic/, …/meta/). */

const MAX_LINE = 8192;
const MAX_VALUE = 2 ** 31;
/** What follows the word of a command. */
const NOTHING_ELSE = 0;
/** `key…` */
const KEY = 1;
/** `key flags exptime length [cas]`, then so many bytes and a line end */
const STORE = 2;
/** `exptime key…` */
const SECOND_KEY = 3;
/** `key length flags*`, then so many bytes and a line end */
const META_STORE = 4;
/** `key flags*` */
const META = 5;

interface Word {
  readonly text: string;
  readonly symbol: SymbolId;
  readonly kind: number;
}

const COMMANDS: (readonly Word[])[] = byFirst([
  [KEY, 'get gets delete incr decr touch'],
  [STORE, 'set add replace append prepend cas'],
  [SECOND_KEY, 'gat gats'],
  [META_STORE, 'ms'],
  [META, 'mg md ma me mn'],
  [NOTHING_ELSE, 'stats flush_all version verbosity quit slabs lru lru_crawler watch cache_memlimit config shutdown'],
]);
const QUIT = symbols.ofText('quit');

/** How a reply goes on after its first word. */
const LINE = 0;
/** Further lines up to END follow. */
const ROWS = 1;
/** As ROWS, and each with the bytes of a value. */
const VALUES = 2;
const LAST = 3;
/** The line is the reply to a meta command that carries a value. */
const META_VALUE = 4;
const FAILURE = 5;

const REPLIES: (readonly Word[])[] = byFirst([
  [VALUES, 'VALUE CONFIG'],
  [ROWS, 'STAT ITEM'],
  [LAST, 'END'],
  [META_VALUE, 'VA'],
  [FAILURE, 'ERROR CLIENT_ERROR SERVER_ERROR BUSY BADCLASS NOSPARE NOTFULL UNSAFE SAME'],
  [LINE, 'STORED NOT_STORED EXISTS NOT_FOUND DELETED TOUCHED OK VERSION RESET HD EN NF NS EX MN ME'],
]);
const OK = symbols.ofText('OK');

function byFirst(kinds: readonly (readonly [number, string])[]): (readonly Word[])[] {
  const table: Word[][] = Array.from({ length: 128 }, () => []);
  for (const [kind, texts] of kinds)
    for (const text of texts.split(' ')) table[text.charCodeAt(0)].push({ text, symbol: symbols.ofText(text), kind });
  return table;
}

/** The word at `at` that ends with a space or the line, or null. */
function wordAt(table: (readonly Word[])[], bytes: Uint8Array, at: number, end: number): Word | null {
  const words = bytes[at] < 128 ? table[bytes[at]] : [];
  for (let i = 0; i < words.length; i++) {
    const { text } = words[i];
    const stop = at + text.length;
    if (stop > end || !startsWith(bytes, at, stop, text)) continue;
    if (stop === end || bytes[stop] === SPACE || bytes[stop] === CR || bytes[stop] === LF) return words[i];
  }
  return null;
}

/** The end of the line's text; `next` is where the next line begins, or `end` where the line is not whole. */
let next = 0;
let whole = false;
function line(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] !== LF) continue;
    next = i + 1;
    whole = true;
    return i > at && bytes[i - 1] === CR ? i - 1 : i;
  }
  next = end;
  whole = false;
  return end;
}

let argAt = 0;
let argEnd = 0;
/** Argument `index` (1 is the first after the command) to `[argAt, argEnd)`; false where there is none. */
function argument(bytes: Uint8Array, at: number, stop: number, index: number): boolean {
  for (; ; index--) {
    while (at < stop && bytes[at] === SPACE) at++;
    argAt = at;
    while (at < stop && bytes[at] !== SPACE) at++;
    argEnd = at;
    if (argAt === argEnd) return false;
    if (index === 0) return true;
  }
}

function number(bytes: Uint8Array, at: number, stop: number, index: number): number {
  return argument(bytes, at, stop, index) ? decimal(bytes, argAt, argEnd) : -1;
}

/** Whether the line says that no reply is wanted. */
function isQuiet(kind: number, bytes: Uint8Array, at: number, stop: number): boolean {
  if (kind < META_STORE) return stop - at > 8 && startsWith(bytes, stop - 8, stop, ' noreply');
  for (let index = kind === META_STORE ? 3 : 2; argument(bytes, at, stop, index); index++)
    if (bytes[argAt] === 0x71 && argEnd - argAt === 1) return true;
  return false;
}

export function readTextRequest(bytes: Uint8Array, start: number, end: number, message: Message): number {
  const stop = line(bytes, start, Math.min(end, start + MAX_LINE));
  if (!whole && !message.truncated && end - start < MAX_LINE) return NEED_MORE;
  const command = wordAt(COMMANDS, bytes, start, stop);
  if (!command) return NOT_MINE;
  const { kind } = command;
  const after = next;
  message.type = command.symbol === QUIT || isQuiet(kind, bytes, start, stop) ? ONEWAY : REQUEST;
  message.operation = command.symbol;
  if (kind !== NOTHING_ELSE && argument(bytes, start, stop, kind === SECOND_KEY ? 2 : 1))
    message.target = keyPattern(bytes, argAt, argEnd);
  if (whole && (kind === STORE || kind === META_STORE)) {
    const length = number(bytes, start, stop, kind === STORE ? 4 : 2);
    if (length > MAX_VALUE) return NOT_MINE;
    if (length >= 0) message.skip = length + 2;
  }
  return after - start;
}

/** Reads a line of a reply; `rows` says that it is one of those after the first. */
export function readTextReply(bytes: Uint8Array, start: number, end: number, rows: boolean, message: Message): number {
  const stop = line(bytes, start, Math.min(end, start + MAX_LINE));
  if (!whole && !message.truncated && end - start < MAX_LINE) return NEED_MORE;
  const reply = wordAt(REPLIES, bytes, start, stop);
  const kind = reply ? reply.kind : decimal(bytes, start, stop) >= 0 ? LINE : -1;
  if (kind < 0) return NOT_MINE;
  message.type = rows ? MORE : RESPONSE;
  if (!rows || kind === FAILURE) message.status = reply ? reply.symbol : OK;
  if (kind === FAILURE) {
    message.error = message.status;
    message.errorText = argument(bytes, start, stop, 1) ? scrub(bytes, argAt, stop) : EMPTY;
  }
  const after = next;
  message.open = kind === ROWS || kind === VALUES;
  const length =
    kind === VALUES ? number(bytes, start, stop, 3) : kind === META_VALUE ? number(bytes, start, stop, 1) : -1;
  if (length > MAX_VALUE) return NOT_MINE;
  if (length >= 0) message.skip = length + 2;
  return after - start;
}

/** Commands are in lower case; a storing command with its four numbers is certain, other words are words of other protocols too. */
export function detectText(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  const stop = line(bytes, start, Math.min(end, start + MAX_LINE));
  for (let i = start; i < stop; i++) if (bytes[i] < SPACE || bytes[i] === 0x7f) return NO;
  if (from !== FROM_CLIENT) return detectReply(bytes, start, stop);
  const command = wordAt(COMMANDS, bytes, start, stop);
  if (!command || (stop === end && !whole && end - start < 4)) return NO;
  const { kind } = command;
  if (kind === STORE) {
    for (let index = 2; index <= 4; index++) if (number(bytes, start, stop, index) < 0) return whole ? NO : MAYBE;
    return SURE;
  }
  if (kind === META_STORE) return number(bytes, start, stop, 2) >= 0 ? SURE : NO;
  const hasArgument = argument(bytes, start, stop, 1);
  if (kind === KEY || kind === SECOND_KEY) return hasArgument ? MAYBE : NO;
  return whole ? MAYBE : NO;
}

/** Words that beanstalkd answers with too. */
const SHARED: ReadonlySet<string> = new Set(['DELETED', 'NOT_FOUND']);

function detectReply(bytes: Uint8Array, start: number, stop: number): Detection {
  const reply = wordAt(REPLIES, bytes, start, stop);
  if (!reply) return whole && decimal(bytes, start, stop) >= 0 && bytes[start] !== SPACE ? MAYBE : NO;
  if (!whole && stop - start < 6) return NO;
  if (reply.kind === VALUES) return number(bytes, start, stop, 3) >= 0 ? SURE : NO;
  if (reply.kind === META_VALUE) return number(bytes, start, stop, 1) >= 0 ? MAYBE : NO;
  const { length } = reply.text;
  if (SHARED.has(reply.text)) return MAYBE;
  if (reply.kind === FAILURE) return length > 8 ? SURE : MAYBE;
  return length >= 6 && length === stop - start ? SURE : MAYBE;
}
