import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createClient, ERRORS, type ErrorCodeName } from '@sonde/api';
import { ATTR, binOf, durationMetric, METRIC, valueOfBin } from '@sonde/model';
import {
  decodeExportResponse,
  decodeRpcStatus,
  encodeMetrics,
  encodeMetricsJson,
  encodeTraces,
  encodeTracesJson,
  type Metric,
  type MetricsData,
  type RpcStatus,
  type Span,
  type TracesData,
} from '@sonde/otlp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../test-server.ts';

let server: TestServer;
const TOKEN = 'a token';
const LIMITS = { maxBytes: 20_000, maxDecompressedBytes: 100_000 };

beforeAll(async () => {
  server = await startTestServer({ intake: { tokens: ['another', TOKEN], ...LIMITS } });
});
afterAll(() => server[Symbol.asyncDispose]());

const time = Math.floor(Date.now() / 10_000) * 10;
let services = 0;
let service = '';
beforeEach(() => {
  service = `service-${services++}`;
});

const exchanges = (count: number, attributes = {}) =>
  metricsOf({
    resource: { [ATTR.serviceName]: service },
    side: 'server',
    time,
    count,
    bin: -287,
    seconds: count * 0.002,
    attributes,
  });

interface Sent {
  readonly path?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly origin?: string;
}

function send(
  body: Uint8Array | string,
  { path = '/v1/metrics', type = 'application/x-protobuf', headers, origin }: Sent = {},
) {
  return fetch(`${origin ?? server.intakeUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type, ...headers },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

async function requests(): Promise<number> {
  const { services } = await createClient(server.url).services({ from: (time - 600) * 1000, to: (time + 20) * 1000 });
  return services.find((each) => each.name === service)?.requests ?? 0;
}

async function endpoints() {
  const range = { from: (time - 600) * 1000, to: (time + 20) * 1000 };
  return (await createClient(server.url).endpoints({ name: service, ...range })).endpoints;
}

const json = (value: unknown) => JSON.stringify(value);

describe('what is taken', () => {
  const forms = {
    protobuf: [encodeMetrics, {}],
    'protobuf, gzip': [
      (data: MetricsData) => gzipSync(encodeMetrics(data)),
      { headers: { 'content-encoding': 'gzip' } },
    ],
    JSON: [(data: MetricsData) => json(encodeMetricsJson(data)), { type: 'application/json; charset=utf-8' }],
    'JSON, gzip': [
      (data: MetricsData) => gzipSync(json(encodeMetricsJson(data))),
      { type: 'application/json', headers: { 'content-encoding': 'gzip' } },
    ],
  } as const;
  for (const [name, [encode, how]] of Object.entries(forms)) {
    test(name, async () => {
      const response = await send(encode(exchanges(23)), how);
      expect(response.status).toBe(200);
      const isJson = name.startsWith('JSON');
      expect(response.headers.get('content-type')).toMatch(isJson ? /^application\/json/ : /^application\/x-protobuf$/);
      expect(await response.text()).toBe(isJson ? '{}' : '');
      expect(await requests()).toBe(23);
    });
  }

  test('also on the port of the pages', async () => {
    expect((await send(encodeMetrics(exchanges(23)), { origin: server.url })).status).toBe(200);
    expect(await requests()).toBe(23);
  });

  test('a batch sent again is acknowledged and not counted', async () => {
    for (const batch of ['agent-1/1', 'agent-1/1', 'agent-1/2', 'agent-2/1']) {
      const response = await send(encodeMetrics(exchanges(23)), {
        headers: { 'x-sonde-batch': `${service}:${batch}` },
      });
      expect(response.status).toBe(200);
    }
    expect(await requests()).toBe(3 * 23);
  });

  test('nothing', async () => {
    expect((await send('')).status).toBe(200);
    expect((await send('{}', { type: 'application/json' })).status).toBe(200);
  });
});

test('while the store takes nothing: 503, try again later; then all is there once', async () => {
  const journal = join(server.path, 'journal');
  const attempt = () => send(encodeMetrics(exchanges(23)), { headers: { 'x-sonde-batch': `${service}/1` } });
  renameSync(journal, `${journal}.away`);
  const refused = await attempt();
  renameSync(`${journal}.away`, journal);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  const status = decodeRpcStatus(await refused.bytes());
  expect(status).toEqual({ code: 14, message: 'SONDE_STORE_UNAVAILABLE: the journal cannot be written' });
  expect([(await attempt()).status, (await attempt()).status]).toEqual([200, 200]);
  expect(await requests()).toBe(23);
});

test('tells on both ports that it is healthy, to whoever asks', async () => {
  for (const origin of [server.url, server.intakeUrl]) {
    const response = await fetch(`${origin}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  }
});

describe('what is refused', () => {
  const refusals: Record<string, [ErrorCodeName, () => Promise<Response>]> = {
    'bytes that are no protobuf': ['SONDE_INTAKE_BAD_PAYLOAD', () => send(new Uint8Array([10, 200, 1]))],
    'a cut message': ['SONDE_INTAKE_BAD_PAYLOAD', () => send(encodeMetrics(exchanges(1)).slice(0, -3))],
    'text that is no JSON': ['SONDE_INTAKE_BAD_PAYLOAD', () => send('{"a":', { type: 'application/json' })],
    'JSON that is no OTLP': [
      'SONDE_INTAKE_BAD_PAYLOAD',
      () => send('{"resourceMetrics":3}', { type: 'application/json' }),
    ],
    'bytes that are no gzip': [
      'SONDE_INTAKE_BAD_PAYLOAD',
      () => send(encodeMetrics(exchanges(1)), { headers: { 'content-encoding': 'gzip' } }),
    ],
    'a cut gzip': [
      'SONDE_INTAKE_BAD_PAYLOAD',
      () => send(gzipSync(encodeMetrics(exchanges(1))).subarray(0, -9), { headers: { 'content-encoding': 'gzip' } }),
    ],
    'a large body': ['SONDE_INTAKE_TOO_LARGE', () => send(new Uint8Array(LIMITS.maxBytes + 1))],
    'a small body that grows large': [
      'SONDE_INTAKE_TOO_LARGE',
      () =>
        send(gzipSync(new Uint8Array(LIMITS.maxDecompressedBytes + 1)), { headers: { 'content-encoding': 'gzip' } }),
    ],
    'another content type': ['SONDE_INTAKE_UNSUPPORTED_TYPE', () => send('a', { type: 'text/plain' })],
    'another encoding': ['SONDE_INTAKE_UNSUPPORTED_TYPE', () => send('a', { headers: { 'content-encoding': 'br' } })],
    'no token': ['SONDE_INTAKE_UNAUTHORIZED', () => postMetrics(server.intakeUrl, exchanges(1))],
    'a wrong token': ['SONDE_INTAKE_UNAUTHORIZED', () => send('', { headers: { authorization: `Bearer ${TOKEN}x` } })],
    'a batch id without a number': [
      'SONDE_INTAKE_BAD_BATCH_ID',
      () => send('', { headers: { 'x-sonde-batch': 'a/b' } }),
    ],
    'a batch id beyond whole numbers': [
      'SONDE_INTAKE_BAD_BATCH_ID',
      () => send('', { headers: { 'x-sonde-batch': 'a/9999999999999999' } }),
    ],
  };
  for (const [name, [code, attempt]] of Object.entries(refusals)) {
    test(`${name}: ${code}`, async () => {
      const response = await attempt();
      expect(response.status).toBe(ERRORS[code].status);
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      const status = isJson ? ((await response.json()) as RpcStatus) : decodeRpcStatus(await response.bytes());
      expect(status.message).toMatch(new RegExp(`^${code}: .`));
      expect(status.code).toBe({ 401: 16, 415: 12 }[response.status] ?? 3);
      if (isJson) expect(status).toMatchObject({ error: { code, hint: ERRORS[code].hint } });
    });
  }

  test('other methods and paths', async () => {
    expect((await fetch(`${server.intakeUrl}/v1/metrics`)).status).toBe(404);
    expect((await send('', { path: '/v1/profiles' })).status).toBe(404);
  });
});

const start = BigInt(time) * 10n ** 9n;
const times = { startTimeUnixNano: start, timeUnixNano: start + 10n ** 10n };

const metrics = (...list: Metric[]): MetricsData => ({
  kind: 'metrics',
  resourceMetrics: [
    {
      resource: { attributes: { [ATTR.serviceName]: service } },
      scopeMetrics: [{ scope: { name: 'any', version: '' }, metrics: list }],
    },
  ],
});

describe('OpenTelemetry SDKs', () => {
  const attributes = {
    [ATTR.httpMethod]: 'GET',
    [ATTR.httpRoute]: '/users/{id}',
    [ATTR.httpStatus]: 500,
    [ATTR.errorType]: 'TypeError',
  };

  test('explicit histograms of the semantic conventions become endpoints', async () => {
    const point = { ...times, attributes, count: 5, sum: 0.1, explicitBounds: [0.01, 0.04], bucketCounts: [2, 3, 0] };
    const data = { kind: 'histogram', temporality: 'delta', points: [point] } as const;
    const response = await send(encodeMetrics(metrics({ name: durationMetric('http', 'server'), unit: 's', data })));
    expect(decodeExportResponse(await response.bytes())).toEqual({ rejected: 0, errorMessage: '' });
    expect(await endpoints()).toMatchObject([
      {
        protocol: 'http',
        operation: 'GET',
        target: '/users/{id}',
        requests: 5,
        errors: 5,
        statuses: { 500: 5 },
        latency: { avg: 0.1e9 / 5, p50: valueOfBin(binOf(20e6)) },
      },
    ]);
  });

  test('milliseconds and finer scales are converted', async () => {
    const index = Math.ceil(Math.log2(20) * 2 ** 8) - 1;
    const positive = { offset: index, bucketCounts: [4] };
    const point = { ...times, attributes, count: 4, sum: 80, scale: 8, zeroCount: 0, positive };
    const data = { kind: 'exponential-histogram', temporality: 'delta', points: [point] } as const;
    await send(encodeMetrics(metrics({ name: durationMetric('rpc', 'server'), unit: 'ms', data })));
    const [{ latency }] = await endpoints();
    expect(latency.avg).toBe(20e6);
    expect(Math.abs(Math.log2(latency.p50! / 20e6))).toBeLessThan(1 / 32);
  });

  test('a part that cannot be stored is named in the partial success, the rest is stored', async () => {
    const good = metrics().resourceMetrics[0];
    const number = { ...times, attributes: {}, value: 1 };
    const histogram = { ...times, attributes, count: 5, sum: 0.1, explicitBounds: [1], bucketCounts: [2, 3] };
    const name = durationMetric('http', 'server');
    const bad: Metric[] = [
      { name, unit: 's', data: { kind: 'histogram', temporality: 'cumulative', points: [histogram, histogram] } },
      { name, unit: 'furlong', data: { kind: 'histogram', temporality: 'delta', points: [histogram] } },
      { name, unit: 's', data: { kind: 'histogram', temporality: 'delta', points: [{ ...histogram, count: 6 }] } },
      { name, unit: 's', data: { kind: 'gauge', points: [number] } },
      { name: 'jvm.gc.duration', unit: 's', data: { kind: 'histogram', temporality: 'delta', points: [histogram] } },
      {
        name: 'a',
        unit: '1',
        data: { kind: 'gauge', points: [{ ...number, timeUnixNano: 10n ** 9n, startTimeUnixNano: 0n }] },
      },
      {
        name: METRIC.requestBytes,
        unit: 'By',
        data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ ...number, value: -1 }] },
      },
    ];
    const resourceMetrics = [
      { ...good, scopeMetrics: [{ ...good.scopeMetrics[0], metrics: bad }] },
      ...exchanges(23).resourceMetrics,
    ];
    const response = await send(encodeMetrics({ kind: 'metrics', resourceMetrics }));
    expect(response.status).toBe(200);
    const { rejected, errorMessage } = decodeExportResponse(await response.bytes());
    expect(rejected).toBe(8);
    expect(errorMessage.split('; ')).toEqual([
      `2 × ${name}: temporality must be delta`,
      `1 × ${name}: unit furlong is no time`,
      `1 × ${name}: the buckets do not add up to the count`,
      `1 × ${name}: the value is not a histogram`,
      '1 × jvm.gc.duration: a histogram of this name is not stored',
      '1 × a: the time is too long ago',
      `1 × ${METRIC.requestBytes}: the sum is no amount`,
    ]);
    expect(await requests()).toBe(23);
  });
});

describe('spans', () => {
  const span: Span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    traceState: '',
    name: 'GET /',
    spanKind: 'server',
    startTimeUnixNano: start + 123n,
    endTimeUnixNano: start + 456n,
    attributes: { 'http.route': '/', n: 3 },
    status: 'error',
    statusMessage: 'no',
    links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), attributes: {} }],
    events: [{ timeUnixNano: start, name: 'e', attributes: { a: 1 } }],
  };
  const traces = (...spans: Span[]): TracesData => ({
    kind: 'traces',
    resourceSpans: [
      {
        resource: { attributes: { [ATTR.serviceName]: service } },
        scopeSpans: [{ scope: { name: '', version: '' }, spans }],
      },
    ],
  });

  test('are taken as protobuf and JSON; broken ones are named', async () => {
    expect((await send(encodeTraces(traces(span)), { path: '/v1/traces' })).status).toBe(200);
    const again = { ...span, spanId: 'b7ad6b7169203332' };
    const broken = [
      { ...span, traceId: '0'.repeat(32) },
      { ...span, endTimeUnixNano: start },
      { ...span, spanId: '' },
    ];
    const response = await send(json(encodeTracesJson(traces(again, ...broken))), {
      path: '/v1/traces',
      type: 'application/json',
    });
    expect(await response.json()).toEqual({
      partialSuccess: {
        rejectedSpans: '3',
        errorMessage:
          '1 × the trace id is not 16 bytes, or is zero; 1 × the span ends before it starts; 1 × the span id is not 8 bytes, or is zero',
      },
    });
    const [first, second, ...rest] = await server.store.spansOfTraces([span.traceId]);
    expect(rest).toEqual([]);
    expect(second).toEqual({ ...first, spanId: again.spanId });
    expect(first).toEqual({
      start: start + 123n,
      duration: 333,
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: '',
      service,
      instance: '',
      host: '',
      kind: 'server',
      name: 'GET /',
      status: 'error',
      statusMessage: 'no',
      attributes: { 'http.route': '/', n: '3' },
      links: JSON.stringify(span.links),
      events: JSON.stringify([{ timeUnixNano: start.toString(), name: 'e', attributes: { a: 1 } }]),
    });
  });
});
