import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeLogs, decodeMetrics, decodeTraces, encodeLogs, encodeMetrics, encodeTraces } from './index.ts';
import type { LogsData, MetricsData, TracesData } from './types.ts';

const golden = (name: string): Uint8Array => readFileSync(new URL(`../golden/${name}`, import.meta.url));

/** Bytes from lines of hex digits, each followed by ` # what they are`. */
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/#.*|\s/g, ''), 'hex'));

test('metrics written by OpenTelemetry Python (golden/make.py)', () => {
  const at = { startTimeUnixNano: 0n, timeUnixNano: 20n, attributes: {} };
  const expected: MetricsData = {
    kind: 'metrics',
    resourceMetrics: [
      {
        resource: { attributes: { 'service.name': 'checkout', nothing: '' } },
        scopeMetrics: [
          {
            scope: { name: 'meter', version: '2' },
            metrics: [
              {
                name: 'requests',
                unit: '1',
                data: {
                  kind: 'sum',
                  temporality: 'cumulative',
                  monotonic: true,
                  points: [{ startTimeUnixNano: 10n, timeUnixNano: 20n, attributes: { code: -2 }, value: -7 }],
                },
              },
              { name: 'temperature', unit: 'Cel', data: { kind: 'gauge', points: [{ ...at, value: 36.6 }] } },
              {
                name: 'size',
                unit: 'By',
                data: {
                  kind: 'histogram',
                  temporality: 'delta',
                  points: [
                    {
                      ...at,
                      count: 6,
                      sum: 1024.5,
                      bucketCounts: [1, 2, 3],
                      explicitBounds: [10, 100.5],
                      min: 1,
                      max: 900,
                    },
                  ],
                },
              },
              {
                name: 'latency',
                unit: 's',
                data: {
                  kind: 'exponential-histogram',
                  temporality: 'delta',
                  points: [
                    {
                      ...at,
                      count: 300,
                      sum: 12.5,
                      scale: -3,
                      zeroCount: 4,
                      positive: { offset: -1000, bucketCounts: [0, 128, 2 ** 40] },
                      min: -1,
                      max: 8,
                    },
                  ],
                },
              },
              {
                name: 'quantiles',
                unit: '',
                data: {
                  kind: 'summary',
                  points: [{ ...at, count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1.5 }] }],
                },
              },
            ],
          },
        ],
      },
    ],
  };
  expect(decodeMetrics(golden('metrics.bin'))).toEqual(expected);
});

test('traces written by OpenTelemetry Python (golden/make.py)', () => {
  const nothing = { traceId: '', spanId: '', parentSpanId: '', traceState: '', name: '', attributes: {}, links: [] };
  const expected: TracesData = {
    kind: 'traces',
    resourceSpans: [
      {
        resource: { attributes: { 'service.name': 'checkout' } },
        scopeSpans: [
          {
            scope: { name: 'tracer', version: '' },
            spans: [
              {
                traceId: '000102030405060708090a0b0c0d0e0f',
                spanId: '8080808080808080',
                parentSpanId: '',
                traceState: 'k=v',
                name: 'POST /checkout',
                spanKind: 'client',
                startTimeUnixNano: 1_790_000_000_123_456_789n,
                endTimeUnixNano: 1_790_000_000_223_456_789n,
                attributes: {
                  yes: true,
                  list: [0.5, ''],
                  map: { a: 'ä' },
                  bytes: new Uint8Array([0, 255]),
                  huge: -(2n ** 63n),
                },
                status: 'error',
                statusMessage: 'declined',
                links: [{ traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), attributes: {} }],
                events: [{ timeUnixNano: 30n, name: 'retry', attributes: { n: '1' } }],
              },
              {
                ...nothing,
                spanKind: 'unspecified',
                startTimeUnixNano: 0n,
                endTimeUnixNano: 0n,
                status: 'unset',
                statusMessage: '',
                events: [],
              },
            ],
          },
        ],
      },
    ],
  };
  expect(decodeTraces(golden('traces.bin'))).toEqual(expected);
});

describe('what the OpenTelemetry SDK for JavaScript sends over gRPC (golden/make-sdk.mjs)', () => {
  const resource = { attributes: { 'service.name': 'checkout', 'host.name': 'node-1', 'process.pid': 4711 } };
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const start = 1_790_000_000_000_000_000n;

  test('traces', () => {
    const client = {
      traceId,
      spanId: 'b7ad6b7169203302',
      parentSpanId: 'b7ad6b7169203301',
      traceState: '',
      name: 'GET',
      spanKind: 'client',
      startTimeUnixNano: start + 1_000_000n,
      endTimeUnixNano: start + 3_000_000n,
      attributes: {},
      status: 'unset',
      statusMessage: '',
      links: [{ traceId, spanId: '00f067aa0ba902b7', attributes: { reason: 'retry' } }],
      events: [{ timeUnixNano: start + 2_000_000n, name: 'retry', attributes: { attempt: 2 } }],
    };
    const server = {
      ...client,
      spanId: 'b7ad6b7169203301',
      parentSpanId: '',
      name: 'POST /checkout',
      spanKind: 'server',
      startTimeUnixNano: start,
      endTimeUnixNano: start + 4_000_000n,
      attributes: { 'http.response.status_code': 500, 'http.request.method': 'POST', ok: false, list: ['a', 'b'] },
      status: 'error',
      statusMessage: 'declined',
      links: [],
      events: [],
    };
    const scopeSpans = [{ scope: { name: 'shop', version: '1.2.3' }, spans: [client, server] }];
    expect(decodeTraces(golden('sdk-traces.bin'))).toEqual({
      kind: 'traces',
      resourceSpans: [{ resource, scopeSpans }],
    });
  });

  test('logs', () => {
    const record = {
      timeUnixNano: start + 2_000_000n,
      observedTimeUnixNano: start + 3_000_000n,
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'card declined',
      attributes: { amount: 12.5 },
      traceId,
      spanId: 'b7ad6b7169203301',
      eventName: '',
    };
    const scopeLogs = [{ scope: { name: 'cart', version: '2' }, logRecords: [record] }];
    expect(decodeLogs(golden('sdk-logs.bin'))).toEqual({ kind: 'logs', resourceLogs: [{ resource, scopeLogs }] });
  });

  test('metrics', () => {
    const point = { attributes: { kind: 'card' }, value: 3 };
    const data = { kind: 'sum', temporality: 'cumulative', monotonic: true, points: [point] };
    const scopeMetrics = [{ scope: { name: 'shop' }, metrics: [{ name: 'orders', unit: '{order}', data }] }];
    const { resourceMetrics } = decodeMetrics(golden('sdk-metrics.bin'));
    expect(resourceMetrics).toMatchObject([{ resource, scopeMetrics }]);
  });
});

test('the bytes of a small metrics request, assembled by hand', () => {
  const point = { attributes: { k: 'v' }, startTimeUnixNano: 1n, timeUnixNano: 2n, value: 1 };
  const data: MetricsData = {
    kind: 'metrics',
    resourceMetrics: [
      {
        resource: { attributes: { up: true } },
        scopeMetrics: [
          {
            scope: { name: 's', version: '' },
            metrics: [
              { name: 'n', unit: 's', data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [point] } },
            ],
          },
        ],
      },
    ],
  };
  const bytes = hex(`
    0a 48                                # resource_metrics
      0a 0a                              #   resource
        0a 08  0a 02 7570  12 02 10 01   #     attributes: key "up", value bool true
      12 3a                              #   scope_metrics
        0a 03  0a 01 73                  #     scope: name "s"
        12 33                            #     metrics
          0a 01 6e  1a 01 73             #       name "n", unit "s"
          3a 2b                          #       sum
            0a 25                        #         data_points
              11 0100000000000000        #           start_time_unix_nano
              19 0200000000000000        #           time_unix_nano
              21 000000000000f03f        #           as_double 1.0
              3a 08  0a 01 6b  12 03     #           attributes: key "k", value
                0a 01 76                 #             string "v"
            10 01  18 01                 #         aggregation_temporality delta, is_monotonic
  `);
  expect(bytes).toHaveLength(74);
  expect(encodeMetrics(data)).toEqual(bytes);
  expect(decodeMetrics(bytes)).toEqual(data);
});

test('the bytes of a small trace request, assembled by hand', () => {
  const span = {
    traceId: '000102030405060708090a0b0c0d0e0f',
    spanId: 'f0f1f2f3f4f5f6f7',
    parentSpanId: '',
    traceState: '',
    name: 'n',
    spanKind: 'server',
    startTimeUnixNano: 1n,
    endTimeUnixNano: 256n,
    attributes: {},
    status: 'error',
    statusMessage: '',
    links: [],
    events: [],
  } as const;
  const scopeSpans = [{ scope: { name: '', version: '' }, spans: [span] }];
  const data: TracesData = { kind: 'traces', resourceSpans: [{ resource: { attributes: {} }, scopeSpans }] };
  const bytes = hex(`
    0a 3f                                            # resource_spans
      0a 00                                          #   resource
      12 3b                                          #   scope_spans
        0a 00                                        #     scope
        12 37                                        #     spans
          0a 10 000102030405060708090a0b0c0d0e0f     #       trace_id
          12 08 f0f1f2f3f4f5f6f7                     #       span_id
          2a 01 6e                                   #       name "n"
          30 02                                      #       kind SERVER
          39 0100000000000000  41 0001000000000000   #       start_time_unix_nano, end_time_unix_nano
          7a 02  18 02                               #       status: code ERROR
  `);
  expect(bytes).toHaveLength(65);
  expect(encodeTraces(data)).toEqual(bytes);
  expect(decodeTraces(bytes)).toEqual(data);
});

test('the bytes of a small logs request, assembled by hand', () => {
  const record = {
    timeUnixNano: 1n,
    observedTimeUnixNano: 2n,
    severityNumber: 9,
    severityText: 'I',
    body: 'b',
    attributes: { k: 'v' },
    traceId: '000102030405060708090a0b0c0d0e0f',
    spanId: 'f0f1f2f3f4f5f6f7',
    eventName: 'e',
  };
  const scopeLogs = [{ scope: { name: '', version: '' }, logRecords: [record] }];
  const data: LogsData = { kind: 'logs', resourceLogs: [{ resource: { attributes: {} }, scopeLogs }] };
  const bytes = hex(`
    0a 4d                                            # resource_logs
      0a 00                                          #   resource
      12 49                                          #   scope_logs
        0a 00                                        #     scope
        12 45                                        #     log_records
          09 0100000000000000                        #       time_unix_nano
          10 09  1a 01 49                            #       severity_number INFO, severity_text "I"
          2a 03  0a 01 62                            #       body: string "b"
          32 08  0a 01 6b  12 03  0a 01 76           #       attributes: key "k", value string "v"
          4a 10 000102030405060708090a0b0c0d0e0f     #       trace_id
          52 08 f0f1f2f3f4f5f6f7                     #       span_id
          59 0200000000000000                        #       observed_time_unix_nano
          62 01 65                                   #       event_name "e"
  `);
  expect(encodeLogs(data)).toEqual(bytes);
  expect(decodeLogs(bytes)).toEqual(data);
});

test('an id of a log record that is none counts as absent', () => {
  const bytes = hex('0a 0d  12 0b  12 09  4a 02 0102  52 03 010203');
  expect(decodeLogs(bytes).resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({ traceId: '', spanId: '' });
});
