import { describe, expect, test } from 'vitest';
import {
  decodeExportResponse,
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeRpcStatus,
  decodeTraces,
  decodeTracesJson,
  encodeLogs,
  encodeLogsJson,
  encodeMetrics,
  encodeMetricsJson,
  encodeTraces,
  encodeTracesJson,
  OtlpDecodeError,
} from './index.ts';
import { LOGS, METRICS, TRACES } from './samples.case.ts';
import { MAX_DEPTH, MAX_MESSAGES } from './wire.ts';

/** Uniform numbers in [0, 1) from a fixed seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** True where it decodes, false where it is refused with the one error that is allowed; anything else is thrown on. */
function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (error instanceof OtlpDecodeError) return false;
    throw error;
  }
}

function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let edits = 1 + Math.floor(next() * 4); edits > 0; edits--) {
    copy[Math.floor(next() * copy.length)] = Math.floor(next() * 256);
  }
  const end = next() < 0.2 ? Math.floor(next() * copy.length) : copy.length;
  return next() < 0.1 ? copy.subarray(Math.floor(next() * end), end) : copy.subarray(0, end);
}

describe('protobuf', () => {
  test.each([
    ['metrics', decodeMetrics, encodeMetrics(METRICS)],
    ['traces', decodeTraces, encodeTraces(TRACES)],
    ['logs', decodeLogs, encodeLogs(LOGS)],
  ] as const)('%s: 20 000 mutations', (_, decode, valid) => {
    const next = random(7600);
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) accepted += decodes(() => decode(mutate(valid, next))) ? 1 : 0;
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(19_900);
  });

  test('random bytes', () => {
    const next = random(4318);
    for (let i = 0; i < 5_000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 64) }, () => next() * 256);
      for (const decode of [decodeMetrics, decodeTraces, decodeLogs, decodeExportResponse, decodeRpcStatus]) {
        decodes(() => decode(bytes));
      }
    }
  });

  test('every truncation of one top-level message is refused', () => {
    const valid = encodeTraces(TRACES);
    for (let end = 1; end < valid.length; end++)
      expect(decodes(() => decodeTraces(valid.subarray(0, end)))).toBe(false);
  });

  test.each([
    ['a length beyond the payload', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a length beyond the enclosing message', [0x0a, 0x02, 0x12, 0x04, 0x0a, 0x00, 0x0a, 0x00]],
    ['an endless varint', Array<number>(64).fill(0xff)],
    ['field number 0', [0x02, 0x00]],
    ['wire type 7', [0x0f]],
    ['a group that does not end', [0x0b, 0x0b, 0x0b]],
    ['a trace id of 3 bytes', [0x0a, 0x09, 0x12, 0x07, 0x12, 0x05, 0x0a, 0x03, 1, 2, 3]],
  ])('%s', (_, bytes) => {
    expect(() => decodeTraces(Uint8Array.from(bytes))).toThrow(OtlpDecodeError);
  });

  test('attributes nested too deep', () => {
    let value: number[] = [0x10, 0x01];
    for (let i = 0; i < MAX_DEPTH; i++) value = message(0x2a, message(0x0a, value));
    const resource = message(0x0a, message(0x12, value));
    expect(() => decodeTraces(Uint8Array.from(message(0x0a, message(0x0a, resource))))).toThrow(/nested deeper/);
  });

  test('too many empty messages', () => {
    const bytes = new Uint8Array(2 * (MAX_MESSAGES + 1));
    for (let i = 0; i < bytes.length; i += 2) bytes[i] = 0x0a;
    expect(() => decodeTraces(bytes)).toThrow(/more than/);
  });
});

/** A length-delimited field. */
function message(tag: number, body: number[]): number[] {
  const length: number[] = [];
  for (let rest = body.length; ; rest >>>= 7) {
    if (rest < 0x80) return [tag, ...length, rest, ...body];
    length.push((rest & 0x7f) | 0x80);
  }
}

describe('JSON', () => {
  const strange = [null, true, -1, 0.5, 1e300, '', 'x', '1', '-5', 'NaN', [], [null], {}, { values: 1 }];

  test.each([
    ['metrics', decodeMetricsJson, encodeMetricsJson(METRICS)],
    ['traces', decodeTracesJson, encodeTracesJson(TRACES)],
    ['logs', decodeLogsJson, encodeLogsJson(LOGS)],
  ] as const)('%s: any one value replaced by any other', (_, decode, valid) => {
    const text = JSON.stringify(valid);
    const paths = pathsOf(JSON.parse(text));
    let refused = 0;
    for (const path of paths) {
      for (const value of strange) {
        const copy = JSON.parse(text);
        replace(copy, path, value);
        refused += decodes(() => decode(copy)) ? 0 : 1;
      }
    }
    expect(refused).toBeGreaterThan(paths.length);
    for (const value of [undefined, ...strange]) decodes(() => decode(value));
  });

  test.each([
    [{ traceId: 'xy' }, 'traceId'],
    [{ startTimeUnixNano: '18446744073709551616' }, 'startTimeUnixNano'],
    [{ endTimeUnixNano: -1 }, 'endTimeUnixNano'],
    [{ kind: 'SPAN_KIND_SERVER' }, 'kind'],
    [{ attributes: [{ key: 'a', value: { intValue: '1.5' } }] }, 'intValue'],
  ])('%j is refused by its key', (span, key) => {
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect(() => decodeTracesJson(body)).toThrow(new RegExp(`${key} is `));
  });

  test('ids in capitals, integers as numbers, null and unknown keys are taken', () => {
    const span = { traceId: 'AB'.repeat(16), startTimeUnixNano: 5, name: null, links: null, later: { a: 1 } };
    const decoded = decodeTracesJson({ resourceSpans: [{ resource: null, scopeSpans: [{ spans: [span] }] }] });
    expect(decoded.resourceSpans[0].scopeSpans[0].spans[0]).toMatchObject({
      traceId: 'ab'.repeat(16),
      startTimeUnixNano: 5n,
      name: '',
      links: [],
    });
  });

  test('attributes nested too deep', () => {
    let value: object = { boolValue: true };
    for (let i = 0; i < 10_000; i++) value = { arrayValue: { values: [value] } };
    const resource = { attributes: [{ key: 'a', value }] };
    expect(() => decodeMetricsJson({ resourceMetrics: [{ resource }] })).toThrow(/nested deeper/);
  });
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))].filter(
    (p) => p.length,
  );
}

function replace(root: unknown, path: Path, value: unknown): void {
  let at = root as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
}
