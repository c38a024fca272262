import { COLON, equalsIgnoreCase, indexOf, startsWith } from './bytes.ts';
import { transient } from './recent-symbols.ts';
import { readSw8, sw8Ids } from './sw8.ts';
import { EMPTY, type SymbolId } from './symbols.ts';

/**
 * Trace context that applications pass on, by header: W3C Trace Context (traceparent), B3 single and multi
 * (https://github.com/openzipkin/b3-propagation), Jaeger (uber-trace-id), Datadog (decimal ids), SkyWalking (sw8). What is
 * kept are ids in the form of W3C: 32 and 16 lower-case hexadecimal digits, and whether the application records the trace.
 */

/** Where they go: a message, or what stands for one. */
export interface ContextIds {
  contextTrace: SymbolId;
  contextSpan: SymbolId;
  contextSampled: Sampled;
}

/** What the application decided: nothing that is known, to drop the trace, or to keep it. */
export type Sampled = 0 | 1 | 2;
export const SAMPLED = { unknown: 0, dropped: 1, kept: 2 } as const satisfies Record<string, Sampled>;

const DASH = 0x2d;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

const scratch = new Uint8Array(TRACE_DIGITS);
const HEX = new TextEncoder().encode('0123456789abcdef');

const NO_HEADER = 0;
const B3 = 1;
const SW8 = 2;
const TRACEPARENT = 3;
const B3_SPAN = 4;
const B3_TRACE = 5;
const UBER = 6;
const DATADOG_TRACE = 7;
const DATADOG_PARENT = 8;
const DATADOG_TAGS = 9;
const B3_SAMPLED = 10;
const B3_FLAGS = 11;
const DATADOG_PRIORITY = 12;

/** A number for the header whose name is `bytes[name, nameEnd)`, in any case; 0 where it carries no context. */
export function contextHeader(bytes: Uint8Array, name: number, nameEnd: number): number {
  switch (nameEnd - name) {
    case 2:
      return equalsIgnoreCase(bytes, name, nameEnd, 'b3') ? B3 : NO_HEADER;
    case 3:
      return equalsIgnoreCase(bytes, name, nameEnd, 'sw8') ? SW8 : NO_HEADER;
    case 10:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-b3-flags') ? B3_FLAGS : NO_HEADER;
    case 11:
      return equalsIgnoreCase(bytes, name, nameEnd, 'traceparent')
        ? TRACEPARENT
        : equalsIgnoreCase(bytes, name, nameEnd, 'x-b3-spanid')
          ? B3_SPAN
          : NO_HEADER;
    case 12:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-b3-traceid')
        ? B3_TRACE
        : equalsIgnoreCase(bytes, name, nameEnd, 'x-b3-sampled')
          ? B3_SAMPLED
          : NO_HEADER;
    case 13:
      return equalsIgnoreCase(bytes, name, nameEnd, 'uber-trace-id') ? UBER : NO_HEADER;
    case 14:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-datadog-tags') ? DATADOG_TAGS : NO_HEADER;
    case 18:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-datadog-trace-id') ? DATADOG_TRACE : NO_HEADER;
    case 19:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-datadog-parent-id') ? DATADOG_PARENT : NO_HEADER;
    case 27:
      return equalsIgnoreCase(bytes, name, nameEnd, 'x-datadog-sampling-priority') ? DATADOG_PRIORITY : NO_HEADER;
    default:
      return NO_HEADER;
  }
}

/** Takes the value `bytes[value, end)` of such a header. */
export function readContext(header: number, bytes: Uint8Array, value: number, end: number, message: ContextIds): void {
  switch (header) {
    case B3:
      pair(bytes, value, end, DASH, message);
      break;
    case SW8:
      if (readSw8(bytes, value, end))
        set(message, transient.of(sw8Ids, 0, TRACE_DIGITS), transient.of(sw8Ids, TRACE_DIGITS, sw8Ids.length));
      break;
    case TRACEPARENT:
      readTraceparent(bytes, value, end, message);
      break;
    case B3_SPAN:
      message.contextSpan = id(bytes, value, end, SPAN_DIGITS);
      break;
    case B3_TRACE:
      message.contextTrace = id(bytes, value, end, TRACE_DIGITS);
      break;
    case UBER:
      pair(bytes, value, end, COLON, message);
      break;
    case DATADOG_TRACE:
      message.contextTrace = decimalId(bytes, value, end, TRACE_DIGITS);
      break;
    case DATADOG_PARENT:
      message.contextSpan = decimalId(bytes, value, end, SPAN_DIGITS);
      break;
    case DATADOG_TAGS:
      widen(bytes, value, end, message);
      break;
    case B3_SAMPLED:
      message.contextSampled = b3Sampled(bytes, value, end);
      break;
    case B3_FLAGS:
      if (end === value + 1 && bytes[value] === ONE) message.contextSampled = SAMPLED.kept;
      break;
    case DATADOG_PRIORITY:
      message.contextSampled = datadogPriority(bytes, value, end);
      break;
  }
}

/** `00-<trace>-<span>-<flags>` at `at` (W3C Trace Context §3.2). */
export function readTraceparent(bytes: Uint8Array, at: number, end: number, message: ContextIds): void {
  const trace = at + 3;
  const span = trace + TRACE_DIGITS + 1;
  if (end < span + SPAN_DIGITS || bytes[at + 2] !== DASH || bytes[span - 1] !== DASH) return;
  const flags = span + SPAN_DIGITS + 1;
  set(message, id(bytes, trace, span - 1, TRACE_DIGITS), id(bytes, span, span + SPAN_DIGITS, SPAN_DIGITS));
  if (end >= flags + 2) message.contextSampled = lowestBit(bytes[flags + 1]);
}

/** `<trace>-<span>[-<sampled>[-<parent>]]` (B3 single), or `<trace>:<span>:<parent>:<flags>` (Jaeger). */
function pair(bytes: Uint8Array, at: number, end: number, between: number, message: ContextIds): void {
  const middle = indexOf(bytes, between, at, end);
  if (middle < 0) return;
  const after = indexOf(bytes, between, middle + 1, end);
  const span = id(bytes, middle + 1, after < 0 ? end : after, SPAN_DIGITS);
  set(message, id(bytes, at, middle, TRACE_DIGITS), span);
  if (after < 0) return;
  const last = indexOf(bytes, between, after + 1, end);
  if (between === DASH) message.contextSampled = b3Sampled(bytes, after + 1, last < 0 ? end : last);
  else if (last > 0 && end > last + 1) message.contextSampled = lowestBit(bytes[end - 1]);
}

const [ZERO, ONE, MINUS, DEBUG] = [0x30, 0x31, 0x2d, 0x64];

/** Of flags in hexadecimal: 1 means that the trace is kept. */
function lowestBit(digit: number): Sampled {
  const isDigit = (digit >= ZERO && digit <= 0x39) || ((digit | 0x20) >= 0x61 && (digit | 0x20) <= 0x66);
  if (!isDigit) return SAMPLED.unknown;
  const isOdd = digit <= 0x39 ? (digit & 1) === 1 : (digit & 1) === 0;
  return isOdd ? SAMPLED.kept : SAMPLED.dropped;
}

/** `1`, `0`, `d` (debug), or as some write it `true` and `false`. */
function b3Sampled(bytes: Uint8Array, at: number, end: number): Sampled {
  const first = end > at ? bytes[at] | 0x20 : 0;
  if (end === at + 1 && (bytes[at] === ONE || first === DEBUG)) return SAMPLED.kept;
  if (end === at + 1 && bytes[at] === ZERO) return SAMPLED.dropped;
  if (equalsIgnoreCase(bytes, at, end, 'true')) return SAMPLED.kept;
  return equalsIgnoreCase(bytes, at, end, 'false') ? SAMPLED.dropped : SAMPLED.unknown;
}

/** -1 and 0: the user or the sampler rejects; 1 and 2: they keep. */
function datadogPriority(bytes: Uint8Array, at: number, end: number): Sampled {
  const isNegative = bytes[at] === MINUS;
  const digit = isNegative ? bytes[at + 1] : bytes[at];
  if (end !== at + (isNegative ? 2 : 1) || digit < ZERO || digit > 0x39) return SAMPLED.unknown;
  return isNegative || digit === ZERO ? SAMPLED.dropped : SAMPLED.kept;
}

function set(message: ContextIds, trace: SymbolId, span: SymbolId): void {
  if (trace === EMPTY || span === EMPTY) return;
  message.contextTrace = trace;
  message.contextSpan = span;
}

const HIGH_BITS = '_dd.p.tid=';
const NO_HIGH_BITS = '0'.repeat(SPAN_DIGITS);

/** Datadog sends the higher half of a trace id of 128 bits among its tags, after the id itself. */
function widen(bytes: Uint8Array, at: number, end: number, message: ContextIds): void {
  const low = transient.text(message.contextTrace);
  if (!low.startsWith(NO_HIGH_BITS)) return;
  while (at < end && !startsWith(bytes, at, end, HIGH_BITS)) at++;
  const digits = at + HIGH_BITS.length;
  if (id(bytes, digits, digits + SPAN_DIGITS, SPAN_DIGITS) === EMPTY || digits + SPAN_DIGITS > end) return;
  for (let i = 0; i < SPAN_DIGITS; i++) scratch[SPAN_DIGITS + i] = low.charCodeAt(SPAN_DIGITS + i);
  message.contextTrace = transient.of(scratch, 0, TRACE_DIGITS);
}

/** The hexadecimal id `[at, end)`, filled up with zeros to `digits`; EMPTY where it is none, or zero. */
function id(bytes: Uint8Array, at: number, end: number, digits: number): SymbolId {
  const missing = digits - (end - at);
  if (end <= at || missing < 0) return EMPTY;
  scratch.fill(0x30, 0, missing);
  let any = false;
  for (let i = at; i < end; i++) {
    const byte = bytes[i] >= 0x41 && bytes[i] <= 0x46 ? bytes[i] | 0x20 : bytes[i];
    if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) return EMPTY;
    if (byte !== 0x30) any = true;
    scratch[missing + i - at] = byte;
  }
  return any ? transient.of(scratch, 0, digits) : EMPTY;
}

/** The decimal id `[at, end)` of 64 bits. */
function decimalId(bytes: Uint8Array, at: number, end: number, digits: number): SymbolId {
  if (end <= at || end - at > 20) return EMPTY;
  let value = 0n;
  for (let i = at; i < end; i++) {
    if (bytes[i] < 0x30 || bytes[i] > 0x39) return EMPTY;
    value = value * 10n + BigInt(bytes[i] - 0x30);
  }
  if (value === 0n || value >> 64n !== 0n) return EMPTY;
  scratch.fill(0x30, 0, digits);
  for (let place = digits - 1; value > 0n; place--, value >>= 4n) scratch[place] = HEX[Number(value & 15n)];
  return transient.of(scratch, 0, digits);
}
