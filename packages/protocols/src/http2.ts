import { startsWith, u24be, u32be } from './bytes.ts';
import { GRPC, grpcError, grpcStatus, isQualified, methodStart } from './grpc.ts';
import { block, path, readBlock } from './hpack.ts';
import { HeaderTable } from './hpack-table.ts';
import * as frame from './http2-frame.ts';
import { CANCEL, INTERIM, type Message, MORE, NOTHING, REQUEST, RESPONSE } from './message.ts';
import {
  type Detection,
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
import { transient } from './recent-symbols.ts';
import { detail, type SymbolId, symbols } from './symbols.ts';
import { templatePath } from './template.ts';

/**
 * HTTP/2 (RFC 9113) with prior knowledge or by upgrade, and gRPC in it. A stream is an exchange; a pushed stream is one-way.
 * On a connection joined in its middle, names that refer to earlier header blocks are `(unknown)` and the call not complete.
 */

interface State {
  /** Header tables of what the client and of what the server sends. */
  readonly tables: readonly [HeaderTable, HeaderTable];
  /** The highest stream that the client opened: a header block on a later one is a request, on others it is trailers. */
  lastStream: number;
  /** gRPC was spoken on the connection. */
  grpc: boolean;
}

const VERSION = symbols.ofText('2');
const UNKNOWN = symbols.ofText('(unknown)');
const PUSH = symbols.ofText('PUSH');
const MAX_BLOCK = 1 << 16;
const RESET_ERRORS = [
  'NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED',
  'FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED',
].map((name) => symbols.ofText(name)); // biome-ignore format: one list
const STATUS: SymbolId[] = Array.from({ length: 1000 }, () => 0);
const joined = new Uint8Array(MAX_BLOCK);

let blockBytes: Uint8Array = joined;
let blockStart = 0;
let blockEnd = 0;

/** Finds the header block of the frame at `start` and its continuations. Returns the bytes of all, NEED_MORE or NOT_MINE. */
function findBlock(bytes: Uint8Array, start: number, end: number, truncated: boolean): number {
  const length = u24be(bytes, start);
  const flags = bytes[start + 4];
  if (length > MAX_BLOCK) return NOT_MINE;
  blockBytes = bytes;
  blockStart = start + frame.FRAME_HEADER;
  blockEnd = blockStart + length;
  if (blockEnd > end && !truncated) return NEED_MORE;
  if (flags & frame.PADDED) blockEnd -= bytes[blockStart++];
  if (bytes[start + 3] === frame.PUSH_PROMISE) blockStart += 4;
  else if (flags & frame.HAS_PRIORITY) blockStart += 5;
  if (blockEnd > end) blockEnd = end;
  if (blockEnd < blockStart) return NOT_MINE;
  let at = start + frame.FRAME_HEADER + length;
  if (flags & frame.END_HEADERS || at > end) return Math.min(at, end) - start;
  let size = copyBlock(0);
  for (;;) {
    if (at + frame.FRAME_HEADER > end) return truncated ? end - start : NEED_MORE;
    const next = at + frame.FRAME_HEADER;
    const last = bytes[at + 4] & frame.END_HEADERS;
    blockEnd = next + u24be(bytes, at);
    if (bytes[at + 3] !== frame.CONTINUATION || size + blockEnd - next > MAX_BLOCK) return NOT_MINE;
    if (blockEnd > end && !truncated) return NEED_MORE;
    at = blockEnd;
    blockStart = next;
    blockEnd = Math.min(blockEnd, end);
    blockBytes = bytes;
    size = copyBlock(size);
    if (last || at > end) return Math.min(at, end) - start;
  }
}

/** Moves the piece of a block that was found to `joined`, behind the earlier ones. */
function copyBlock(size: number): number {
  joined.set(blockBytes.subarray(blockStart, blockEnd), size);
  size += blockEnd - blockStart;
  blockBytes = joined;
  blockStart = 0;
  blockEnd = size;
  return size;
}

function readHeaders(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message) {
  const consumed = findBlock(bytes, start, end, message.truncated);
  if (consumed <= NEED_MORE) return consumed;
  const id = frame.streamId(bytes, start);
  const table = state.tables[from];
  if (!readBlock(table, blockBytes, blockStart, blockEnd)) message.partial = true;
  message.id = id;
  message.version = VERSION;
  if (from === FROM_SERVER) response(id, message);
  else if (id > state.lastStream) {
    state.lastStream = id;
    request(state, message);
  } else message.type = MORE;
  message.open = (bytes[start + 4] & frame.END_STREAM) === 0;
  if ((id & 1) === 0) message.type = message.open ? MORE : CANCEL;
  return consumed;
}

/** Where the content type was said before anybody looked, the path or the connection tells gRPC. */
function isGrpc(state: State): boolean {
  if (block.isGrpc) state.grpc = true;
  if (block.isGrpc || block.hasType || block.unseen === 0) return block.isGrpc;
  return state.grpc || isQualified(path, block.pathLength);
}

function request(state: State, message: Message): void {
  message.type = REQUEST;
  message.namespace = block.authority;
  message.contextTrace = block.contextTrace;
  message.contextSpan = block.contextSpan;
  message.contextSampled = block.contextSampled;
  message.operation = block.method || UNKNOWN;
  const { pathLength } = block;
  const method = isGrpc(state) ? methodStart(path, pathLength) : -1;
  if (method > 0) {
    message.protocol = GRPC;
    message.operation = symbols.of(path, method, pathLength);
    message.target = symbols.of(path, path[0] === 0x2f ? 1 : 0, method - 1);
  } else if (pathLength >= 0) {
    let stop = 0;
    while (stop < pathLength && path[stop] !== 0x3f && path[stop] !== 0x23) stop++;
    message.target = templatePath(path, 0, stop);
    if (detail.raw) message.raw = transient.of(path, 0, stop);
  } else if (block.method === 0 || block.unseen > 0) message.target = UNKNOWN;
  if (message.operation === UNKNOWN || message.target === UNKNOWN) message.partial = true;
}

function response(id: number, message: Message): void {
  const { status, grpcStatus: code } = block;
  if (status >= 100 && status < 200) {
    message.type = INTERIM;
    message.version = 0;
    return;
  }
  message.type = RESPONSE;
  if (status === 0 && block.unseen > 0) message.partial = true;
  if (block.isGrpc) message.protocol = GRPC;
  if (code >= 0) {
    message.protocol = GRPC;
    message.status = grpcStatus(code);
    message.error = grpcError(code);
    if (code > 0) message.errorText = block.grpcMessage;
  } else if (status > 0 && !(block.isGrpc && status === 200)) {
    message.status = STATUS[status] ||= symbols.ofText(String(status));
    if (status >= 500) message.error = message.status;
  }
  message.id = id;
}

/** A promised request: the pushed stream is an exchange of its own that the server begins and nobody answers. */
function readPromise(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message) {
  const consumed = findBlock(bytes, start, end, message.truncated);
  if (consumed <= NEED_MORE) return consumed;
  const at = start + frame.FRAME_HEADER + (bytes[start + 4] & frame.PADDED ? 1 : 0);
  if (from !== FROM_SERVER || at + 4 > end) return NOT_MINE;
  if (!readBlock(state.tables[from], blockBytes, blockStart, blockEnd)) message.partial = true;
  request(state, message);
  message.statement = PUSH;
  message.version = VERSION;
  message.id = u32be(bytes, at) & 0x7fffffff;
  message.open = true;
  return consumed;
}

function readReset(from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (end - start < frame.FRAME_HEADER + 4) return message.truncated ? NOT_MINE : NEED_MORE;
  const code = u32be(bytes, start + frame.FRAME_HEADER);
  message.type = CANCEL;
  message.id = frame.streamId(bytes, start);
  message.error = code === 0 && from === FROM_SERVER ? 0 : (RESET_ERRORS[code] ?? UNKNOWN);
  return frame.FRAME_HEADER + 4;
}

function read(state: State, from: Direction, bytes: Uint8Array, start: number, end: number, message: Message): number {
  if (from === FROM_CLIENT && bytes[start] === 0x50 && startsPreface(bytes, start, end)) {
    if (end - start < frame.PREFACE.length) return message.truncated ? NOT_MINE : NEED_MORE;
    for (const table of state.tables) table.partial = false;
    message.type = NOTHING;
    return frame.PREFACE.length;
  }
  if (end - start < frame.FRAME_HEADER) return message.truncated ? NOT_MINE : NEED_MORE;
  if (!frame.isFrame(bytes, start) && !isPushed(from, bytes, start)) return NOT_MINE;
  const type = bytes[start + 3];
  if (type === frame.HEADERS) return readHeaders(state, from, bytes, start, end, message);
  if (type === frame.RST_STREAM) return readReset(from, bytes, start, end, message);
  if (type === frame.PUSH_PROMISE) return readPromise(state, from, bytes, start, end, message);
  if (type === frame.CONTINUATION) state.tables[from].forget();
  message.skip = u24be(bytes, start);
  if (type !== frame.DATA) return frame.FRAME_HEADER;
  message.id = frame.streamId(bytes, start);
  message.open = (bytes[start + 4] & frame.END_STREAM) === 0;
  message.type = (message.id & 1) === 0 && !message.open ? CANCEL : MORE;
  return frame.FRAME_HEADER;
}

/** Whether this is the header block of a pushed stream. */
function isPushed(from: Direction, bytes: Uint8Array, at: number): boolean {
  const id = frame.streamId(bytes, at);
  return from === FROM_SERVER && bytes[at + 3] === frame.HEADERS && id > 0 && (id & 1) === 0 && bytes[at + 5] < 0x80;
}

function startsPreface(bytes: Uint8Array, start: number, end: number): boolean {
  const size = Math.min(end - start, frame.PREFACE.length);
  return startsWith(bytes, start, end, frame.PREFACE.slice(0, size));
}

/**
 * The preface is certain. Else (a server, or in mid-connection) a row of frames up to the end of the bytes: certain where
 * one has the length that its type demands or several follow each other.
 */
function detect(bytes: Uint8Array, start: number, end: number, from: Direction): Detection {
  if (from === FROM_CLIENT && end - start >= 14 && startsPreface(bytes, start, end)) return SURE;
  let at = start;
  let frames = 0;
  let control = false;
  let fixed = false;
  while (at + frame.FRAME_HEADER <= end && frames < 8) {
    if (!frame.isFrame(bytes, at)) return NO;
    const type = bytes[at + 3];
    if (type > frame.CONTINUATION || (frames === 0 && type === frame.CONTINUATION)) return NO;
    if (type === frame.HEADERS && !beginsBlock(bytes, at, end, from)) return NO;
    if (type === frame.PUSH_PROMISE && from === FROM_CLIENT) return NO;
    if (type === frame.DATA && !isLikelyData(bytes, at)) return NO;
    if (type !== frame.DATA) control = true;
    if (type !== frame.DATA && type !== frame.HEADERS) fixed = true;
    at += frame.FRAME_HEADER + u24be(bytes, at);
    frames++;
  }
  if (frames === 0) return NO;
  if (control && (frames > 1 || (fixed && at <= end))) return SURE;
  return at === end || bytes[start + 3] === frame.HEADERS ? MAYBE : NO;
}

/** Pseudo-header fields of the static table (RFC 7541 appendix A): up to the first `:status` they are of requests. */
const FIRST_STATUS = 8;
const LAST_PSEUDO = 14;

/** DATA of a stream that the client opened; what is empty ends it. */
function isLikelyData(bytes: Uint8Array, at: number): boolean {
  const ends = (bytes[at + 4] & frame.END_STREAM) !== 0;
  return (frame.streamId(bytes, at) & 1) === 1 && (ends || u24be(bytes, at) > 0);
}

/** Whether the block of a HEADERS frame begins as blocks of this side do: only responses have a `:status`. */
function beginsBlock(bytes: Uint8Array, at: number, end: number, from: Direction): boolean {
  const flags = bytes[at + 4];
  const first = at + frame.FRAME_HEADER + (flags & frame.PADDED ? 1 : 0) + (flags & frame.HAS_PRIORITY ? 5 : 0);
  if (first >= end) return true;
  const byte = bytes[first];
  const isSize = byte >= 0x20 && byte < 0x40;
  const index = byte >= 0x80 ? byte & 0x7f : byte >= 0x40 ? byte & 0x3f : byte & 0x0f;
  if (isSize || index === 0 || index > LAST_PSEUDO) return byte !== 0x80;
  return index >= FIRST_STATUS === (from !== FROM_CLIENT);
}

export const http2: Protocol<State> = {
  name: 'http2',
  transport: 'tcp',
  mode: 'stream',
  pairing: 'id',
  stateless: false,
  connect: (upgrade) => ({ tables: [new HeaderTable(), new HeaderTable()], lastStream: upgrade ? 1 : 0, grpc: false }),
  detect,
  read,
  lost(state, from) {
    state.tables[from].forget();
  },
};
