import type { LogsData, MetricsData, TracesData } from './types.ts';

/** One of everything the package reads and writes; shared by its tests. */
export const METRICS: MetricsData = {
  kind: 'metrics',
  resourceMetrics: [
    {
      resource: {
        attributes: {
          'service.name': 'orders',
          'process.pid': 4711,
          negative: -3,
          share: 0.25,
          up: true,
          big: 9_007_199_254_740_993n,
          tags: ['a', 1, false],
          nested: { deep: { deeper: 'end' } },
          raw: new Uint8Array([0, 255, 1]),
          unicode: 'Größe 大小 🛰️',
          empty: '',
        },
      },
      scopeMetrics: [
        {
          scope: { name: 'sonde', version: '0.1.0' },
          metrics: [
            {
              name: 'sonde.agent.records',
              unit: '{record}',
              data: {
                kind: 'sum',
                temporality: 'delta',
                monotonic: true,
                points: [
                  {
                    attributes: { program: 'send' },
                    startTimeUnixNano: 1_790_000_000_000_000_001n,
                    timeUnixNano: 1_790_000_010_000_000_002n,
                    value: 42,
                  },
                ],
              },
            },
            {
              name: 'sonde.agent.memory.rss',
              unit: 'By',
              data: {
                kind: 'gauge',
                points: [{ attributes: {}, startTimeUnixNano: 0n, timeUnixNano: 2n ** 64n - 1n, value: -0.5 }],
              },
            },
            {
              name: 'http.server.request.duration',
              unit: 's',
              data: {
                kind: 'exponential-histogram',
                temporality: 'delta',
                points: [
                  {
                    attributes: { 'http.route': '/users/{id}', 'http.response.status_code': 200 },
                    startTimeUnixNano: 1n,
                    timeUnixNano: 2n,
                    count: 300,
                    sum: 1.5,
                    scale: 5,
                    zeroCount: 1,
                    positive: { offset: -320, bucketCounts: [1, 0, 298, 0, 2 ** 40] },
                    min: 0.001,
                    max: 0,
                  },
                  {
                    attributes: {},
                    startTimeUnixNano: 1n,
                    timeUnixNano: 2n,
                    count: 0,
                    sum: 0,
                    scale: -2,
                    zeroCount: 0,
                    positive: { offset: 0, bucketCounts: [] },
                  },
                ],
              },
            },
            {
              name: 'rpc.server.duration',
              unit: 'ms',
              data: {
                kind: 'histogram',
                temporality: 'cumulative',
                points: [
                  {
                    attributes: { 'rpc.method': 'Get' },
                    startTimeUnixNano: 1n,
                    timeUnixNano: 2n,
                    count: 3,
                    sum: 12.5,
                    explicitBounds: [1, 2.5, 10],
                    bucketCounts: [1, 0, 1, 1],
                    min: 0,
                    max: 10.25,
                  },
                ],
              },
            },
            {
              name: 'legacy',
              unit: '',
              data: {
                kind: 'summary',
                points: [
                  {
                    attributes: {},
                    startTimeUnixNano: 1n,
                    timeUnixNano: 2n,
                    count: 9,
                    sum: 4.5,
                    quantiles: [
                      { quantile: 0, value: 0.1 },
                      { quantile: 0.99, value: 2 },
                    ],
                  },
                ],
              },
            },
          ],
        },
      ],
    },
    { resource: { attributes: {} }, scopeMetrics: [] },
  ],
};

export const TRACES: TracesData = {
  kind: 'traces',
  resourceSpans: [
    {
      resource: { attributes: { 'service.name': 'edge' } },
      scopeSpans: [
        {
          scope: { name: '', version: '' },
          spans: [
            {
              traceId: '0123456789abcdef0123456789abcdef',
              spanId: 'fedcba9876543210',
              parentSpanId: '00000000000000a1',
              traceState: 'a=b',
              name: 'GET /',
              spanKind: 'server',
              startTimeUnixNano: 1_790_000_000_000_000_001n,
              endTimeUnixNano: 1_790_000_000_001_000_001n,
              attributes: { 'http.request.method': 'GET', 'http.response.status_code': 503 },
              status: 'error',
              statusMessage: 'upstream',
              links: [
                { traceId: 'ffffffffffffffffffffffffffffffff', spanId: '0000000000000001', attributes: { n: 1 } },
              ],
              events: [{ timeUnixNano: 5n, name: 'exception', attributes: { 'exception.type': 'Error' } }],
            },
            {
              traceId: 'ffffffffffffffffffffffffffffffff',
              spanId: '0000000000000001',
              parentSpanId: '',
              traceState: '',
              name: '',
              spanKind: 'unspecified',
              startTimeUnixNano: 0n,
              endTimeUnixNano: 0n,
              attributes: {},
              status: 'unset',
              statusMessage: '',
              links: [],
              events: [],
            },
          ],
        },
      ],
    },
  ],
};

export const LOGS: LogsData = {
  kind: 'logs',
  resourceLogs: [
    {
      resource: { attributes: { 'service.name': 'edge' } },
      scopeLogs: [
        {
          scope: { name: 'http', version: '3' },
          logRecords: [
            {
              timeUnixNano: 1_790_000_000_000_000_001n,
              observedTimeUnixNano: 1_790_000_000_000_000_002n,
              severityNumber: 17,
              severityText: 'ERROR',
              body: 'no answer from upstream',
              attributes: { 'http.request.method': 'GET', attempts: 3 },
              traceId: '0123456789abcdef0123456789abcdef',
              spanId: 'fedcba9876543210',
              eventName: 'upstream.timeout',
            },
            {
              timeUnixNano: 0n,
              observedTimeUnixNano: 0n,
              severityNumber: 0,
              severityText: '',
              body: { text: 'structured', parts: [1, { deep: true }] },
              attributes: {},
              traceId: '',
              spanId: '',
              eventName: '',
            },
          ],
        },
      ],
    },
    { resource: { attributes: {} }, scopeLogs: [] },
  ],
};
