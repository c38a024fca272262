import { u32le } from './bytes.ts';

/**
 * Where the text of a Query packet is. What stands before it (client information, settings, secrets) depends on the
 * revision of the protocol that both ends agreed on
 * (https://clickhouse.com/docs/native-protocol/client#query).
 */

export const CUT = -1;
export const INVALID = -2;

/** Revisions from which on a field is there. */
const INITIAL_TIME = 54449;
const QUOTA_KEY = 54060;
const DISTRIBUTED_DEPTH = 54448;
const VERSION_PATCH = 54401;
const OPEN_TELEMETRY = 54442;
const PARALLEL_REPLICAS = 54453;
const LINE_NUMBERS = 54475;
const JWT = 54476;
const CLIENT_AGENT = 54485;
const INTERNAL_FLAG = 54486;
const CURRENT_ROLES = 54488;
const ROLES = 54472;
const SECRET = 54441;
const OLDEST = 54429;

/** One revision of each layout, the newest first: tried where the agreed one was not seen. */
const LAYOUTS = [
  CURRENT_ROLES,
  INTERNAL_FLAG,
  CLIENT_AGENT,
  54480,
  LINE_NUMBERS,
  ROLES,
  54460,
  54452,
  54448,
  54447,
  54441,
  54429,
];

const MAX_STRING = 1 << 20;
const MAX_SETTINGS = 1000;
const MAX_STAGE = 8;

/** The number in the varint found last. */
export let varint = 0;

/** The index after the varint at `at`; CUT, INVALID, or `at` itself where that is one of them. */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0) return at;
  varint = 0;
  let unit = 1;
  for (let i = at; i < end; i++, unit *= 128) {
    if (i - at > 8) return INVALID;
    if (unit < 2 ** 42) varint += (bytes[i] & 0x7f) * unit;
    if (bytes[i] < 0x80) return i + 1;
  }
  return CUT;
}

/** The index after the string at `at`. */
export function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  const body = varintEnd(bytes, at, end);
  if (body < 0) return body;
  return varint > MAX_STRING ? INVALID : body + varint <= end ? body + varint : CUT;
}

function skip(at: number, size: number, end: number): number {
  return at < 0 ? at : at + size <= end ? at + size : CUT;
}

/** The text of the query found last, and its revision; `end` may lie past what is there. */
export const query = { at: 0, end: 0, revision: 0 };

/** Reads the Query packet at `at`, of `revision` or (0) of whichever fits: 1 and `query`, CUT or INVALID. */
export function findQuery(bytes: Uint8Array, at: number, end: number, revision: number): number {
  if (revision > 0) return tryRevision(bytes, at, end, revision);
  let best = INVALID;
  for (let i = 0; i < LAYOUTS.length; i++) {
    const found = tryRevision(bytes, at, end, LAYOUTS[i]);
    if (found === 1) return 1;
    if (found === CUT) best = CUT;
  }
  return best;
}

function tryRevision(bytes: Uint8Array, start: number, end: number, revision: number): number {
  if (revision < OLDEST) return INVALID;
  let at = stringEnd(bytes, start + 1, end);
  at = clientInfoEnd(bytes, at, end, revision);
  at = settingsEnd(bytes, at, end);
  if (revision >= ROLES) at = stringEnd(bytes, at, end);
  if (revision >= SECRET) at = stringEnd(bytes, at, end);
  at = varintEnd(bytes, at, end);
  if (at >= 0 && varint > MAX_STAGE) return INVALID;
  at = varintEnd(bytes, at, end);
  if (at >= 0 && varint > 1) return INVALID;
  at = varintEnd(bytes, at, end);
  if (at < 0) return at;
  if (varint === 0 || varint > MAX_STRING || (at < end && !isText(bytes, at, Math.min(end, at + varint))))
    return INVALID;
  query.at = at;
  query.end = at + varint;
  query.revision = revision;
  return 1;
}

function isText(bytes: Uint8Array, at: number, end: number): boolean {
  end = Math.min(end, at + 64);
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

function strings(bytes: Uint8Array, at: number, end: number, count: number): number {
  for (; count > 0 && at >= 0; count--) at = stringEnd(bytes, at, end);
  return at;
}

function varints(bytes: Uint8Array, at: number, end: number, count: number): number {
  for (; count > 0 && at >= 0; count--) at = varintEnd(bytes, at, end);
  return at;
}

function clientInfoEnd(bytes: Uint8Array, at: number, end: number, revision: number): number {
  const kind = at;
  at = skip(at, 1, end);
  if (at < 0) return at;
  if (bytes[kind] > 2) return INVALID;
  if (bytes[kind] === 0) return at;
  at = strings(bytes, at, end, 3);
  if (revision >= INITIAL_TIME) at = skip(at, 8, end);
  const face = at;
  at = skip(at, 1, end);
  if (at < 0) return at;
  const isTcp = bytes[face] === 1;
  if (isTcp) {
    at = strings(bytes, at, end, 3);
    at = varints(bytes, at, end, 3);
  } else if (bytes[face] === 2) {
    at = skip(at, 1, end);
    at = strings(bytes, at, end, revision >= 54447 ? 3 : revision >= 54443 ? 2 : 1);
  }
  if (revision >= QUOTA_KEY) at = stringEnd(bytes, at, end);
  if (revision >= DISTRIBUTED_DEPTH) at = varintEnd(bytes, at, end);
  if (revision >= VERSION_PATCH && isTcp) at = varintEnd(bytes, at, end);
  if (revision >= OPEN_TELEMETRY) {
    const flag = at;
    at = skip(at, 1, end);
    if (at >= 0 && bytes[flag] > 1) return INVALID;
    if (at >= 0 && bytes[flag] === 1) at = skip(stringEnd(bytes, skip(at, 24, end), end), 1, end);
  }
  if (revision >= PARALLEL_REPLICAS) at = varints(bytes, at, end, 3);
  if (revision >= LINE_NUMBERS) at = varints(bytes, at, end, 2);
  if (revision >= JWT) {
    const flag = at;
    at = skip(at, 1, end);
    if (at >= 0 && bytes[flag] === 1) at = stringEnd(bytes, at, end);
  }
  if (revision >= CLIENT_AGENT) at = stringEnd(bytes, at, end);
  if (revision >= INTERNAL_FLAG) at = skip(at, 1, end);
  if (revision >= CURRENT_ROLES) {
    const flag = at;
    at = skip(at, 1, end);
    if (at >= 0 && bytes[flag] !== 0) return INVALID;
  }
  return at;
}

/** Names, flags and values up to an empty name. */
function settingsEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let left = MAX_SETTINGS; left > 0; left--) {
    at = stringEnd(bytes, at, end);
    if (at < 0 || varint === 0) return at;
    at = stringEnd(bytes, varintEnd(bytes, at, end), end);
  }
  return INVALID;
}

/** A Hello of either end: name, version, revision; the client's goes on with the database. 1, CUT or INVALID. */
export const hello = { revision: 0, at: 0, end: 0 };

export function findHello(bytes: Uint8Array, start: number, end: number): number {
  const name = varintEnd(bytes, start + 1, end);
  if (name < 0) return name;
  if (varint === 0 || varint > 128) return INVALID;
  const stop = name + varint;
  if (!isText(bytes, name, Math.min(stop, end))) return INVALID;
  const at = stop > end ? CUT : varints(bytes, stop, end, 3);
  if (at < 0) return at;
  if (varint < 50_000 || varint > 60_000) return INVALID;
  hello.revision = varint;
  const database = varintEnd(bytes, at, end);
  hello.at = hello.end = at;
  if (database >= 0 && database + varint <= end) {
    hello.at = database;
    hello.end = database + varint;
  }
  return 1;
}

/** The code of an exception at `at`, its text in `text`; -1 where there is none. */
export const text = { at: 0, end: 0 };

export function exceptionCode(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return -1;
  const code = u32le(bytes, start + 1);
  const name = varintEnd(bytes, start + 5, end);
  if (code > 100_000 || name < 0 || varint < 4 || varint > 64) return -1;
  const stop = name + varint;
  if (bytes[name] !== 0x44 || bytes[name + 1] !== 0x42 || stop > end) return -1;
  const message = varintEnd(bytes, stop, end);
  text.at = message < 0 ? end : message;
  text.end = message < 0 ? end : Math.min(end, message + varint);
  return code;
}
