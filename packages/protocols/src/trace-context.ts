import { COLON, equalsIgnoreCase, indexOf } from './bytes.ts';
import { EMPTY, type SymbolId, transient } from './symbols.ts';

/**
 * Trace context that applications pass on, by header: W3C Trace Context (traceparent), B3 single and multi
 * (https://github.com/openzipkin/b3-propagation), Jaeger (uber-trace-id), Datadog (decimal ids). What is kept are ids in
 * the form of W3C: 32 and 16 lower-case hexadecimal digits.
 */

/** Where the ids go: a message, or what stands for one. */
export interface ContextIds {
  contextTrace: SymbolId;
  contextSpan: SymbolId;
}

const DASH = 0x2d;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

const scratch = new Uint8Array(TRACE_DIGITS);
const HEX = new TextEncoder().encode('0123456789abcdef');

/** Takes the header whose name is `bytes[name, nameEnd)` if it carries a context. */
export function readContext(
  bytes: Uint8Array,
  name: number,
  nameEnd: number,
  value: number,
  end: number,
  message: ContextIds,
): void {
  const is = (text: string) => equalsIgnoreCase(bytes, name, nameEnd, text);
  switch (nameEnd - name) {
    case 2:
      if (is('b3')) pair(bytes, value, end, DASH, message);
      break;
    case 11:
      if (is('traceparent')) readTraceparent(bytes, value, end, message);
      else if (is('x-b3-spanid')) message.contextSpan = id(bytes, value, end, SPAN_DIGITS);
      break;
    case 12:
      if (is('x-b3-traceid')) message.contextTrace = id(bytes, value, end, TRACE_DIGITS);
      break;
    case 13:
      if (is('uber-trace-id')) pair(bytes, value, end, COLON, message);
      break;
    case 18:
      if (is('x-datadog-trace-id')) message.contextTrace = decimalId(bytes, value, end, TRACE_DIGITS);
      break;
    case 19:
      if (is('x-datadog-parent-id')) message.contextSpan = decimalId(bytes, value, end, SPAN_DIGITS);
      break;
  }
}

/** `00-<trace>-<span>-<flags>` at `at` (W3C Trace Context §3.2). */
export function readTraceparent(bytes: Uint8Array, at: number, end: number, message: ContextIds): void {
  const trace = at + 3;
  const span = trace + TRACE_DIGITS + 1;
  if (end < span + SPAN_DIGITS || bytes[at + 2] !== DASH || bytes[span - 1] !== DASH) return;
  set(message, id(bytes, trace, span - 1, TRACE_DIGITS), id(bytes, span, span + SPAN_DIGITS, SPAN_DIGITS));
}

/** `<trace>` and `<span>` with one byte between, more after it. */
function pair(bytes: Uint8Array, at: number, end: number, between: number, message: ContextIds): void {
  const middle = indexOf(bytes, between, at, end);
  if (middle < 0) return;
  const after = indexOf(bytes, between, middle + 1, end);
  const span = id(bytes, middle + 1, after < 0 ? end : after, SPAN_DIGITS);
  set(message, id(bytes, at, middle, TRACE_DIGITS), span);
}

function set(message: ContextIds, trace: SymbolId, span: SymbolId): void {
  if (trace === EMPTY || span === EMPTY) return;
  message.contextTrace = trace;
  message.contextSpan = span;
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
