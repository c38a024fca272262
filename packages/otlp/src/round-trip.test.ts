import { describe, expect, test } from 'vitest';
import {
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  encodeLogs,
  encodeLogsJson,
  encodeMetrics,
  encodeMetricsJson,
  encodeTraces,
  encodeTracesJson,
} from './index.ts';
import { LOGS, METRICS, TRACES } from './samples.case.ts';

const throughText = (value: object): unknown => JSON.parse(JSON.stringify(value));

describe('what is encoded decodes to itself', () => {
  test('metrics as protobuf', () => expect(decodeMetrics(encodeMetrics(METRICS))).toEqual(METRICS));
  test('metrics as JSON', () => expect(decodeMetricsJson(throughText(encodeMetricsJson(METRICS)))).toEqual(METRICS));
  test('traces as protobuf', () => expect(decodeTraces(encodeTraces(TRACES))).toEqual(TRACES));
  test('traces as JSON', () => expect(decodeTracesJson(throughText(encodeTracesJson(TRACES)))).toEqual(TRACES));

  test('logs as protobuf', () => expect(decodeLogs(encodeLogs(LOGS))).toEqual(LOGS));
  test('logs as JSON', () => expect(decodeLogsJson(throughText(encodeLogsJson(LOGS)))).toEqual(LOGS));

  test('an attribute may be called __proto__', () => {
    const attributes = Object.defineProperty({}, '__proto__', { value: { polluted: true }, enumerable: true });
    const data = { ...METRICS, resourceMetrics: [{ resource: { attributes }, scopeMetrics: [] }] };
    for (const back of [decodeMetrics(encodeMetrics(data)), decodeMetricsJson(throughText(encodeMetricsJson(data)))]) {
      const map = back.resourceMetrics[0].resource.attributes;
      expect(Object.keys(map)).toEqual(['__proto__']);
      expect(map.polluted).toBeUndefined();
    }
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-300, 2 ** 53])('value %d', (value) => {
    const point = { attributes: { value }, startTimeUnixNano: 0n, timeUnixNano: 0n, value };
    const metric = { name: 'm', unit: '', data: { kind: 'gauge', points: [point] } } as const;
    const scopeMetrics = [{ scope: { name: '', version: '' }, metrics: [metric] }];
    const data = { kind: 'metrics', resourceMetrics: [{ resource: { attributes: {} }, scopeMetrics }] } as const;
    expect(decodeMetrics(encodeMetrics(data))).toEqual(data);
    expect(decodeMetricsJson(throughText(encodeMetricsJson(data)))).toEqual(data);
  });
});

test('a count that is no whole number is refused, not written', () => {
  const point = {
    attributes: {},
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    sum: 0,
    explicitBounds: [],
    bucketCounts: [],
  };
  for (const count of [-1, 0.5, Number.NaN]) {
    const points = [{ ...point, count }];
    const metric = { name: 'm', unit: '', data: { kind: 'histogram', temporality: 'delta', points } } as const;
    const scopeMetrics = [{ scope: { name: '', version: '' }, metrics: [metric] }];
    const resourceMetrics = [{ resource: { attributes: {} }, scopeMetrics }];
    expect(() => encodeMetrics({ kind: 'metrics', resourceMetrics })).toThrow();
  }
});
