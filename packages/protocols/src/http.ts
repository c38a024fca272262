import { protocolId } from '@sonde/model';
import { COLON, CR, decimal, equalsIgnoreCase, indexOf, LF, SPACE, startsWith } from './bytes.ts';
import { INTERIM, type Message, MORE, NOTHING, REQUEST, RESPONSE } from './message.ts';
import {
  type Direction,
  FROM_CLIENT,
  FROM_SERVER,
  MAYBE,
  NEED_MORE,
  NO,
  NOT_MINE,
  type Protocol,
  SURE,
} from './protocol.ts';
import { Queue } from './queue.ts';
import { transient } from './recent-symbols.ts';
import { detail, EMPTY, type SymbolId, symbols } from './symbols.ts';
import { templatePath } from './template.ts';
import { contextHeader, readContext } from './trace-context.ts';

/** HTTP/1.0 and 1.1, RFC 9112 (messages) and RFC 9110 (semantics). Bodies are never read. */

const METHODS = [
  'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'QUERY', 'PROPFIND', 'PROPPATCH',
  'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'PURGE', 'NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE',
  'M-SEARCH', 'MERGE', 'LINK', 'UNLINK',
].map((name) => `${name} `); // biome-ignore format: one list

const MAX_HEAD = 1 << 16;
const WEBSOCKET = protocolId('websocket');
const HTTP2 = protocolId('http2');
const UNKNOWN = protocolId('unknown');

/** Where a direction stands inside a message whose length is told as it comes (RFC 9112 §7.1). */
const HEAD = 0;
const CHUNK_SIZE = 1;
const CHUNK_END = 2;
const TRAILERS = 3;

interface State {
  readonly body: [number, number];
  /** Of each request without a final response, what its method says about the response. */
  readonly asked: Queue<Asked>;
}

/** `HEAD`: no body, whatever the header says; `CONNECT`: nor this, and where it succeeds a tunnel begins. */
type Asked = '' | 'HEAD' | 'CONNECT';

const DOT = 0x2e;
const TAB = 0x09;
const PLUS = 0x2b;
const VERSIONS: SymbolId[] = [symbols.ofText('1.0'), symbols.ofText('1.1')];
const STATUS: SymbolId[] = Array.from({ length: 1000 }, () => 0);

function statusSymbol(code: number): SymbolId {
  return (STATUS[code] ||= symbols.ofText(String(code)));
}

/** The line that starts at `start`: index of its LF, or -1. */
function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  return indexOf(bytes, LF, start, end);
}

function hasMethod(bytes: Uint8Array, start: number, end: number): boolean {
  for (const method of METHODS) if (startsWith(bytes, start, end, method)) return true;
  return false;
}

/** RFC 9112 §2.2: empty lines before a request are passed by. */
function isLineEnd(byte: number): boolean {
  return byte === CR || byte === LF;
}

function isToken(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x5f;
}

function detect(bytes: Uint8Array, start: number, end: number, direction: Direction) {
  if (direction !== FROM_CLIENT)
    return startsWith(bytes, start, end, 'HTTP/1.') || codeAt(bytes, start, end) >= 0 ? SURE : NO;
  while (start < end && isLineEnd(bytes[start])) start++;
  const space = indexOf(bytes, SPACE, start, Math.min(end, start + 24));
  if (space < start + 3) return NO;
  for (let i = start; i < space; i++) if (!isToken(bytes[i])) return NO;
  const line = lineEnd(bytes, space, end);
  if (line > 0 && versionAt(bytes, start, line) >= 0) return SURE;
  if (!hasMethod(bytes, start, end)) return NO;
  if (line > 0) return !isBareRequest(bytes, start, space, line) ? NO : isField(bytes, line + 1, end) ? SURE : MAYBE;
  const first = bytes[space + 1];
  return first === 0x2f || startsWith(bytes, space + 1, end, 'http://') ? SURE : MAYBE;
}

const HTTP2_PREFACE = 'PRI ';
const SPACE_VERSION = ' HTTP/';
const LONGEST_VERSION = 4;

/** Where the space before `HTTP/1.1` is in a request line, or -1. Other versions and spaces behind them are borne with. */
function versionAt(bytes: Uint8Array, start: number, line: number): number {
  let stop = bytes[line - 1] === CR ? line - 1 : line;
  if (stop - 9 >= start && startsWith(bytes, stop - 9, stop, ' HTTP/1.')) return stop - 9;
  if (startsWith(bytes, start, stop, HTTP2_PREFACE)) return -1;
  while (stop > start && bytes[stop - 1] === SPACE) stop--;
  let at = stop;
  while (at > start && stop - at < LONGEST_VERSION && isVersion(bytes[at - 1])) at--;
  const space = at - SPACE_VERSION.length;
  return at < stop && space >= start && equalsIgnoreCase(bytes, space, at, ' http/') ? space : -1;
}

function isVersion(byte: number): boolean {
  return byte === DOT || (byte >= 0x30 && byte <= 0x39);
}

function versionSymbol(bytes: Uint8Array, at: number): SymbolId {
  const minor = bytes[at] === 0x31 && bytes[at + 1] === DOT ? bytes[at + 2] - 0x30 : -1;
  return (isVersion(bytes[at + 3]) ? undefined : VERSIONS[minor]) ?? EMPTY;
}

/**
 * Where the code of a status line is, or -1. Besides HTTP/1.x other versions and several spaces are borne with, as clients do
 * that read the line as words, and `ICY`, which Shoutcast servers say for HTTP/1.0.
 */
function codeAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (startsWith(bytes, start, end, 'HTTP/1.') && bytes[at + 8] === SPACE && bytes[at + 9] !== SPACE) {
    return at + 12 <= end && decimal(bytes, at + 9, at + 12) >= 100 ? at + 9 : -1;
  }
  if (startsWith(bytes, start, end, 'ICY ')) at += 3;
  else if (startsWith(bytes, start, end, 'HTTP/')) {
    at += 5;
    while (at < end && at - start < 5 + LONGEST_VERSION && isVersion(bytes[at])) at++;
    if (at === start + 5) return -1;
  } else return -1;
  const spaces = at;
  while (at < end && at - spaces < 8 && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at > spaces && at + 3 <= end && decimal(bytes, at, at + 3) >= 100 ? at : -1;
}

class Head {
  end = 0;
  length = -1;
  chunked = false;
  upgrade = 0;
}
const head = new Head();

/** Reads header fields from `at` on. False where the empty line that ends them is not there. */
function readHead(bytes: Uint8Array, at: number, end: number, message: Message): boolean {
  head.length = -1;
  head.chunked = false;
  head.upgrade = 0;
  for (;;) {
    const line = lineEnd(bytes, at, end);
    if (line < 0) {
      head.end = end;
      return false;
    }
    const stop = line > at && bytes[line - 1] === CR ? line - 1 : line;
    if (stop === at) {
      head.end = line + 1;
      return true;
    }
    const first = bytes[at] | 0x20;
    if (detail.raw && (first === 0x74 || first === 0x78 || first === 0x62 || first === 0x75 || first === 0x73)) {
      context(bytes, at, stop, message);
    }
    if (first === 0x63 || first === 0x74 || first === 0x68 || first === 0x75) field(bytes, at, stop, message);
    at = line + 1;
  }
}

/** Of the longest name of a header that carries a context: x-datadog-sampling-priority. */
const LONGEST_CONTEXT = 27;

function context(bytes: Uint8Array, at: number, stop: number, message: Message): void {
  const colon = indexOf(bytes, COLON, at, Math.min(stop, at + LONGEST_CONTEXT + 1));
  if (colon < 0) return;
  const header = contextHeader(bytes, at, colon);
  if (header === 0) return;
  let value = colon + 1;
  while (value < stop && bytes[value] === SPACE) value++;
  readContext(header, bytes, value, stop, message);
}

function field(bytes: Uint8Array, at: number, stop: number, message: Message): void {
  const colon = indexOf(bytes, COLON, at, Math.min(stop, at + 20));
  if (colon < 0) return;
  let value = colon + 1;
  while (value < stop && bytes[value] === SPACE) value++;
  if (equalsIgnoreCase(bytes, at, colon, 'content-length')) {
    head.length = decimal(bytes, bytes[value] === PLUS ? value + 1 : value, stop);
  } else if (equalsIgnoreCase(bytes, at, colon, 'transfer-encoding')) {
    head.chunked = stop - value >= 7 && equalsIgnoreCase(bytes, stop - 7, stop, 'chunked');
  } else if (equalsIgnoreCase(bytes, at, colon, 'host')) message.namespace = symbols.of(bytes, value, stop);
  else if (equalsIgnoreCase(bytes, at, colon, 'upgrade')) {
    if (equalsIgnoreCase(bytes, value, stop, 'websocket')) head.upgrade = WEBSOCKET;
    else if (equalsIgnoreCase(bytes, value, stop, 'h2c')) head.upgrade = HTTP2;
  }
}

function readRequest(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  let at = start;
  while (at < end && isLineEnd(bytes[at])) at++;
  if (at === end) {
    return at - start;
  }
  const space = indexOf(bytes, SPACE, at, Math.min(end, at + 24));
  if (space <= at) return end - at < 24 && isToken(bytes[at]) && !message.truncated ? NEED_MORE : NOT_MINE;
  for (let i = at; i < space; i++) if (!isToken(bytes[i])) return NOT_MINE;
  const line = lineEnd(bytes, space, end);
  if (line < 0 && !message.truncated) return end - start > MAX_HEAD ? NOT_MINE : NEED_MORE;
  const version = line < 0 ? end : versionAt(bytes, at, line);
  const bare = version < 0;
  if (line < 0 ? !hasMethod(bytes, at, end) : bare && !isBareRequest(bytes, at, space, line)) return NOT_MINE;
  const whole =
    bare && !isField(bytes, line + 1, end) ? endAt(line + 1) : readHead(bytes, line < 0 ? end : line + 1, end, message);
  if (!whole && !message.truncated) return end - start > MAX_HEAD ? NOT_MINE : NEED_MORE;
  message.type = REQUEST;
  message.operation = symbols.of(bytes, at, space);
  message.version = bare ? EMPTY : line < 0 ? VERSIONS[1] : versionSymbol(bytes, version + SPACE_VERSION.length);
  const lineStop = line >= 0 && bytes[line - 1] === CR ? line - 1 : line;
  readTarget(bytes, space + 1, bare ? lineStop : version, message);
  const is = (name: Asked) => space - at === name.length && startsWith(bytes, at, space, name);
  state.asked.push(is('CONNECT') ? 'CONNECT' : is('HEAD') ? 'HEAD' : '');
  body(state, FROM_CLIENT, message, false);
  return head.end - start;
}

/** HTTP/0.9 and programs that leave the version out: a known method and a path, nothing else. */
function isBareRequest(bytes: Uint8Array, at: number, space: number, line: number): boolean {
  return hasMethod(bytes, at, line) && bytes[space + 1] === 0x2f && indexOf(bytes, SPACE, space + 1, line) < 0;
}

function isField(bytes: Uint8Array, at: number, end: number): boolean {
  let colon = at;
  while (colon < end && isToken(bytes[colon])) colon++;
  return colon > at && colon < end && bytes[colon] === COLON;
}

function endAt(index: number): true {
  head.end = index;
  head.length = -1;
  head.chunked = false;
  head.upgrade = 0;
  return true;
}

function readTarget(bytes: Uint8Array, start: number, end: number, message: Message): void {
  const path = pathAt(bytes, start, end);
  let stop = path;
  while (stop < end && bytes[stop] !== 0x3f && bytes[stop] !== 0x23 && bytes[stop] !== SPACE) stop++;
  message.target = templatePath(bytes, path, stop);
  if (detail.raw) message.raw = transient.of(bytes, path, stop);
}

/** Where the path begins in a request target: origin form, or absolute form behind its authority (RFC 9112 §3.2). */
function pathAt(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === 0x2f) return start;
  const colon = indexOf(bytes, COLON, start, Math.min(end, start + 16));
  if (colon < 0 || !startsWith(bytes, colon, end, '://')) return start;
  const slash = indexOf(bytes, 0x2f, colon + 3, end);
  return slash < 0 ? end : slash;
}

/** Bytes within which the code of a status line is: a version, eight spaces, three digits. */
const LONGEST_STATUS = 5 + LONGEST_VERSION + 8 + 3;

function mayBecomeStatus(bytes: Uint8Array, start: number, end: number): boolean {
  const size = Math.min(4, end - start);
  const begins = (text: string) => startsWith(bytes, start, end, text.slice(0, size));
  return end - start < LONGEST_STATUS && (begins('HTTP') || begins('ICY '));
}

function readResponse(state: State, bytes: Uint8Array, start: number, end: number, message: Message): number {
  const begin = bytes[start] === CR ? Math.min(start + 2, end) : start;
  const at = codeAt(bytes, begin, end);
  if (at < 0) return mayBecomeStatus(bytes, begin, end) && !message.truncated ? NEED_MORE : NOT_MINE;
  const code = decimal(bytes, at, at + 3);
  message.type = RESPONSE;
  message.version = versionSymbol(bytes, begin + 5);
  message.status = statusSymbol(code);
  if (code >= 500) message.error = message.status;
  if (message.brief && code >= 200) return end - start;
  const line = lineEnd(bytes, start, end);
  const whole = readHead(bytes, line < 0 ? end : line + 1, end, message);
  message.namespace = 0;
  if (!whole && !message.truncated) return end - start > MAX_HEAD ? NOT_MINE : NEED_MORE;
  if (code < 200 && code !== 101) {
    message.type = INTERIM;
    message.status = message.version = 0;
    return head.end - start;
  }
  const asked = state.asked.shift() ?? '';
  if (code === 101) {
    message.switchTo = head.upgrade || UNKNOWN;
    if (head.upgrade === HTTP2) message.goesOn = 1;
  } else if (asked === 'CONNECT' && code < 300) message.switchTo = UNKNOWN;
  else if (asked !== 'HEAD' && code !== 204 && code !== 304) body(state, FROM_SERVER, message, true);
  return head.end - start;
}

/** What follows a head: RFC 9112 §6.3. */
function body(state: State, from: Direction, message: Message, response: boolean): void {
  if (head.chunked) {
    state.body[from] = CHUNK_SIZE;
    message.open = true;
  } else if (head.length >= 0) message.skip = head.length;
  else if (response) message.untilClose = true;
}

function readChunk(
  state: State,
  from: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  message: Message,
): number {
  const line = lineEnd(bytes, start, end);
  if (line < 0) return message.truncated || end - start > 1024 ? NOT_MINE : NEED_MORE;
  const stop = bytes[line - 1] === CR && line > start ? line - 1 : line;
  message.type = MORE;
  message.open = true;
  if (state.body[from] === CHUNK_END) {
    if (stop !== start) return NOT_MINE;
    state.body[from] = CHUNK_SIZE;
  } else if (state.body[from] === TRAILERS) {
    if (stop === start) {
      state.body[from] = HEAD;
      message.open = false;
    }
  } else {
    let size = 0;
    let at = start;
    for (; at < stop; at++) {
      const byte = bytes[at] | 0x20;
      const digit =
        byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : bytes[at] >= 0x30 && bytes[at] <= 0x39 ? bytes[at] - 0x30 : -1;
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    if (at === start || size > Number.MAX_SAFE_INTEGER / 32) return NOT_MINE;
    state.body[from] = size === 0 ? TRAILERS : CHUNK_END;
    message.skip = size;
  }
  return line + 1 - start;
}

export const http: Protocol<State> = {
  name: 'http',
  transport: 'tcp',
  mode: 'turn',
  pairing: 'order',
  stateless: true,
  connect: () => ({ body: [HEAD, HEAD], asked: new Queue() }),
  detect,
  read(state, from, bytes, start, end, message) {
    if (state.body[from] !== HEAD) {
      const consumed = readChunk(state, from, bytes, start, end, message);
      if (consumed === NOT_MINE) state.body[from] = HEAD;
      return consumed;
    }
    message.type = NOTHING;
    return from === FROM_CLIENT
      ? readRequest(state, bytes, start, end, message)
      : readResponse(state, bytes, start, end, message);
  },
  lost(state, from) {
    state.body[from] = HEAD;
    if (from === FROM_CLIENT) state.asked.clear();
  },
};
