import { decimal, equalsIgnoreCase, startsWith } from './bytes.ts';
import { decodeHuffman } from './hpack-huffman.ts';
import { type HeaderTable, PATH } from './hpack-table.ts';
import { scrub } from './scrub.ts';
import { detail, EMPTY, type SymbolId, symbols } from './symbols.ts';
import { contextHeader, readContext, SAMPLED, type Sampled } from './trace-context.ts';

/** Header compression of HTTP/2, RFC 7541: reads the fields that name a request and keeps the dynamic table right. */

/** Fields that are read; of all others only the size is known. */
const OTHER = 0;
const AUTHORITY = 1;
const METHOD = 2;
const STATUS = 4;
const CONTENT_TYPE = 5;
const GRPC_STATUS = 6;
const GRPC_MESSAGE = 7;
/** A reference to an entry that was made before anybody looked. */
const UNSEEN = 8;
/** And from here on headers that carry a trace context, by their number. */
const CONTEXT = 16;

const STATIC = `
:authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204
:status 206|:status 304|:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate|accept-language
accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|content-disposition
content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|date|etag|expect
expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link|location
max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|set-cookie
strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate`
  .trim()
  .split(/[|\n]/);
const STATIC_SIZE = STATIC.length;

const KIND_OF: Readonly<Record<string, number>> = {
  ':authority': AUTHORITY,
  ':method': METHOD,
  ':path': PATH,
  ':status': STATUS,
  'content-type': CONTENT_TYPE,
  host: AUTHORITY,
  'grpc-status': GRPC_STATUS,
  'grpc-message': GRPC_MESSAGE,
};
const encoder = new TextEncoder();
const STATIC_KIND = Uint8Array.from(['', ...STATIC], (field) => KIND_OF[field.split(' ')[0]] ?? OTHER);
const STATIC_NAME_LENGTH = Uint8Array.from(['', ...STATIC], (field) => field.split(' ')[0].length);
const STATIC_PATHS = ['', ...STATIC].map((field) => encoder.encode(field.startsWith(':path ') ? field.slice(6) : ''));
const STATIC_VALUE = ['', ...STATIC].map((field) => {
  const [name, value = ''] = field.split(' ');
  return name === ':status' ? Number(value) : name === ':method' ? symbols.ofText(value) : 0;
});

const MAX_BLOCK = 1 << 16;
const MAX_INTEGER = 2 ** 28;
const TRAILING = [
  ['content-type', CONTENT_TYPE],
  ['grpc-status', GRPC_STATUS],
  ['grpc-message', GRPC_MESSAGE],
] as const;

const scratch = new Uint8Array(MAX_BLOCK * 2);
/** The path of the block that was read last: `path[0, block.pathLength)`. */
export const path = new Uint8Array(MAX_BLOCK * 2);

/** What the header block that was read last says; reused. */
class HeaderBlock {
  method: SymbolId = EMPTY;
  authority: SymbolId = EMPTY;
  /** -1: there was none. */
  pathLength = -1;
  /** 0: there was none. */
  status = 0;
  isGrpc = false;
  /** Whether there was a content type. */
  hasType = false;
  /** -1: there was none. */
  grpcStatus = -1;
  grpcMessage: SymbolId = EMPTY;
  contextTrace: SymbolId = EMPTY;
  contextSpan: SymbolId = EMPTY;
  contextSampled: Sampled = SAMPLED.unknown;
  /** Fields that refer to what was sent before the connection was watched. */
  unseen = 0;

  clear(): void {
    this.method = this.authority = this.grpcMessage = EMPTY;
    this.contextTrace = this.contextSpan = EMPTY;
    this.contextSampled = SAMPLED.unknown;
    this.pathLength = this.grpcStatus = -1;
    this.status = this.unseen = 0;
    this.isGrpc = this.hasType = false;
  }
}
export const block = new HeaderBlock();

let after = 0;

/** The integer at `at` with a prefix of `bits` (RFC 7541 §5.1), `after` its end; -1 where it is not whole or too large. */
function integer(bytes: Uint8Array, at: number, end: number, mask: number): number {
  if (at >= end) return -1;
  let value = bytes[at] & mask;
  after = at + 1;
  if (value < mask) return value;
  for (let shift = 1; ; shift *= 128) {
    if (after >= end || value > MAX_INTEGER) return -1;
    const byte = bytes[after++];
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return value;
  }
}

/** A string: `source[valueAt, valueEnd)`. */
let source: Uint8Array = scratch;
let valueAt = 0;
let valueEnd = 0;

/** Reads the string at `at` (RFC 7541 §5.2), decoded to `out` where it is coded. False where it is not whole. */
function text(bytes: Uint8Array, at: number, end: number, out: Uint8Array): boolean {
  if (at >= end) return false;
  const coded = bytes[at] >= 0x80;
  const length = integer(bytes, at, end, 0x7f);
  if (length < 0 || after + length > end) return false;
  const start = after;
  after += length;
  if (!coded) {
    source = bytes;
    valueAt = start;
    valueEnd = after;
    return true;
  }
  source = out;
  valueAt = 0;
  valueEnd = decodeHuffman(bytes, start, after, out, 0);
  return valueEnd >= 0;
}

/** Kind of a field by its name in `source`. */
function kindOfName(): number {
  const header = contextHeader(source, valueAt, valueEnd);
  if (header !== 0) return CONTEXT + header;
  const length = valueEnd - valueAt;
  if (length < 4 || length > 12) return OTHER;
  const first = source[valueAt];
  if (first === 0x3a) {
    if (startsWith(source, valueAt, valueEnd, ':path')) return length === 5 ? PATH : OTHER;
    if (length === 7 && startsWith(source, valueAt, valueEnd, ':method')) return METHOD;
    if (length === 7 && startsWith(source, valueAt, valueEnd, ':status')) return STATUS;
    return length === 10 && startsWith(source, valueAt, valueEnd, ':authority') ? AUTHORITY : OTHER;
  }
  if (first !== 0x63 && first !== 0x67) return OTHER;
  for (const [name, kind] of TRAILING)
    if (length === name.length && startsWith(source, valueAt, valueEnd, name)) return kind;
  return OTHER;
}

/** What the value in `source` says for a field of `kind`. */
function meaning(kind: number): number {
  switch (kind) {
    case METHOD:
    case AUTHORITY:
      return symbols.of(source, valueAt, valueEnd);
    case STATUS: {
      const status = decimal(source, valueAt, valueEnd);
      return status >= 100 && status < 1000 ? status : 0;
    }
    case GRPC_STATUS:
      return decimal(source, valueAt, valueEnd);
    case CONTENT_TYPE:
      return equalsIgnoreCase(source, valueAt, Math.min(valueEnd, valueAt + 16), 'application/grpc') ? 1 : 0;
    case GRPC_MESSAGE:
      return scrub(scratch, 0, percentDecode(valueAt, valueEnd));
    default:
      if (kind > CONTEXT && detail.raw) readContext(kind - CONTEXT, source, valueAt, valueEnd, block);
      return 0;
  }
}

/** Percent-decodes `source[start, end)` to the beginning of `scratch`; returns its end there. */
function percentDecode(start: number, end: number): number {
  let out = 0;
  for (let at = start; at < end; at++) {
    const byte = source[at];
    const high = byte === 0x25 && at + 2 < end ? hexDigit(source[at + 1]) : -1;
    const low = high >= 0 ? hexDigit(source[at + 2]) : -1;
    scratch[out++] = low >= 0 ? high * 16 + low : byte;
    if (low >= 0) at += 2;
  }
  return out;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function take(kind: number, value: number): void {
  if (kind === METHOD) block.method = value;
  else if (kind === AUTHORITY) block.authority ||= value;
  else if (kind === STATUS) block.status = value;
  else if (kind === CONTENT_TYPE) {
    block.isGrpc = value === 1;
    block.hasType = true;
  } else if (kind === GRPC_STATUS) block.grpcStatus = value;
  else if (kind === GRPC_MESSAGE) block.grpcMessage = value;
  else if (kind === UNSEEN) block.unseen++;
}

/** Takes field `index` of both tables whole. False where there can be none. */
function indexed(table: HeaderTable, index: number): boolean {
  if (index === 0) return false;
  if (index <= STATIC_SIZE) {
    const kind = STATIC_KIND[index];
    if (kind === PATH) {
      path.set(STATIC_PATHS[index]);
      block.pathLength = STATIC_PATHS[index].length;
    } else if (kind !== OTHER) take(kind, STATIC_VALUE[index]);
    return true;
  }
  const slot = table.slot(index - STATIC_SIZE - 1);
  if (slot < 0) {
    block.unseen++;
    return table.partial;
  }
  const kind = table.kind(slot);
  if (kind === PATH) block.pathLength = table.path(slot, path);
  else if (kind !== OTHER) take(kind, table.value(slot));
  return true;
}

/**
 * Reads the header block `bytes[start, end)` to `block` and `path`. False where it is none: `table` is then partial. Where
 * it was cut, what came before the cut is read.
 */
export function readBlock(table: HeaderTable, bytes: Uint8Array, start: number, end: number): boolean {
  block.clear();
  let at = start;
  while (at < end) {
    const first = bytes[at];
    if (first >= 0x80) {
      const index = integer(bytes, at, end, 0x7f);
      if (index < 0 || !indexed(table, index)) return broken(table);
      at = after;
      continue;
    }
    if (first >= 0x20 && first < 0x40) {
      const limit = integer(bytes, at, end, 0x1f);
      if (limit < 0) return broken(table);
      table.resize(limit);
      at = after;
      continue;
    }
    const inserts = first >= 0x40;
    if (!literal(table, bytes, at, end, inserts)) return broken(table);
    at = after;
  }
  return true;
}

function literal(table: HeaderTable, bytes: Uint8Array, at: number, end: number, inserts: boolean): boolean {
  const index = integer(bytes, at, end, inserts ? 0x3f : 0x0f);
  if (index < 0) return false;
  let kind = OTHER;
  let nameLength = 0;
  if (index === 0) {
    if (!text(bytes, after, end, scratch)) return false;
    kind = kindOfName();
    nameLength = valueEnd - valueAt;
  } else if (index <= STATIC_SIZE) {
    kind = STATIC_KIND[index];
    nameLength = STATIC_NAME_LENGTH[index];
  } else {
    const slot = table.slot(index - STATIC_SIZE - 1);
    if (slot >= 0) {
      kind = table.kind(slot);
      nameLength = table.nameLength(slot);
    } else if (table.partial) kind = UNSEEN;
    else return false;
  }
  if (kind === OTHER && !inserts) {
    const length = integer(bytes, after, end, 0x7f);
    after += length;
    return length >= 0 && after <= end;
  }
  if (!text(bytes, after, end, kind === PATH ? path : scratch)) return false;
  const length = valueEnd - valueAt;
  if (kind === PATH) {
    if (source !== path) for (let i = 0; i < length; i++) path[i] = source[valueAt + i];
    block.pathLength = length;
    if (inserts) table.insert(PATH, nameLength, length, 0, path, 0);
    return true;
  }
  const value = meaning(kind);
  take(kind, value);
  if (inserts) table.insert(kind, nameLength, length, value, scratch, 0);
  return true;
}

function broken(table: HeaderTable): boolean {
  table.forget();
  return false;
}
