import { readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import {
  decodeExportResponse,
  type ExportResponse,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  GRPC_METHODS,
  type LogsData,
  type Span,
} from '@sonde/otlp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsOf, startTestServer, type TestServer } from '../../test-server.ts';

const TOKEN = 'a token';
const YEAR = 365 * 86_400;
const LIMITS = { maxBytes: 20_000, maxDecompressedBytes: 100_000, maxAge: 50 * YEAR };
const { traces: TRACES, metrics: METRICS, logs: LOGS } = GRPC_METHODS;

const { status } = grpc;
const now = Date.now();
const time = Math.floor(now / 10_000) * 10;
const range = { from: now - 600_000, to: now + 600_000 };

let server: TestServer;
let client: grpc.Client;
let zipped: grpc.Client;

beforeAll(async () => {
  server = await startTestServer({ intake: { tokens: [TOKEN], ...LIMITS } });
  const { host } = new URL(server.grpcUrl);
  client = new grpc.Client(host, grpc.credentials.createInsecure());
  zipped = new grpc.Client(host, grpc.credentials.createInsecure(), {
    'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
  });
});
afterAll(async () => {
  client.close();
  zipped.close();
  await server[Symbol.asyncDispose]();
});

interface Called {
  readonly over?: grpc.Client;
  readonly headers?: Record<string, string>;
}

/** A unary call by the official client. Rejects with the client's `ServiceError`. */
function call(path: string, message: Uint8Array, { over = client, headers = {} }: Called = {}): Promise<Buffer> {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries({ authorization: `Bearer ${TOKEN}`, ...headers }))
    metadata.set(name, value);
  return new Promise((resolve, reject) => {
    const as = { toWire: (sent: Buffer) => sent, fromWire: (received: Buffer) => received };
    over.makeUnaryRequest(path, as.toWire, as.fromWire, Buffer.from(message), metadata, (error, answer) => {
      if (error !== null) reject(error);
      else resolve(answer!);
    });
  });
}

const exported = async (...sent: Parameters<typeof call>): Promise<ExportResponse> =>
  decodeExportResponse(await call(...sent));

function spanOf(trace: string, overrides: Partial<Span> = {}): Span {
  const start = BigInt(now) * 1_000_000n;
  return {
    traceId: trace,
    spanId: 'bb00000000000001',
    parentSpanId: '',
    traceState: '',
    name: 'GET /',
    spanKind: 'server',
    startTimeUnixNano: start,
    endTimeUnixNano: start + 5_000_000n,
    attributes: {},
    status: 'unset',
    statusMessage: '',
    links: [],
    events: [],
    ...overrides,
  };
}

const tracesOf = (...spans: Span[]) =>
  encodeTraces({
    kind: 'traces',
    resourceSpans: [
      {
        resource: { attributes: { [ATTR.serviceName]: 'edge' } },
        scopeSpans: [{ scope: { name: '', version: '' }, spans }],
      },
    ],
  });

const exchanges = (service: string, count: number, attributes = {}) =>
  encodeMetrics(
    metricsOf({
      resource: { [ATTR.serviceName]: service },
      side: 'server',
      time,
      count,
      bin: -287,
      seconds: count / 500,
      attributes,
    }),
  );

async function requests(service: string): Promise<number> {
  const { services } = await createClient(server.url).services(range);
  return services.find(({ name }) => name === service)?.requests ?? 0;
}

const SUCCESS = { rejected: 0, errorMessage: '' };

describe('what is taken is stored when the call is answered', () => {
  test.each(['plain', 'gzip'] as const)('traces, %s', async (name) => {
    const trace = (name === 'plain' ? 'aa' : 'ab').repeat(16);
    const over = name === 'plain' ? client : zipped;
    expect(await exported(TRACES, tracesOf(spanOf(trace)), { over })).toEqual(SUCCESS);
    expect((await createClient(server.url).trace({ id: trace })).trace.spans).toHaveLength(1);
  });

  test('metrics', async () => {
    expect(await exported(METRICS, exchanges('m', 23), { over: zipped })).toEqual(SUCCESS);
    expect(await requests('m')).toBe(23);
  });

  test('logs', async () => {
    const record = {
      timeUnixNano: BigInt(now) * 1_000_000n,
      observedTimeUnixNano: 0n,
      severityNumber: 9,
      severityText: '',
      body: 'hello',
      attributes: {},
      traceId: '',
      spanId: '',
      eventName: '',
    };
    const scopeLogs = [{ scope: { name: '', version: '' }, logRecords: [record] }];
    const data: LogsData = { kind: 'logs', resourceLogs: [{ resource: { attributes: {} }, scopeLogs }] };
    expect(await exported(LOGS, encodeLogs(data))).toEqual(SUCCESS);
    expect((await createClient(server.url).logs(range)).logs.map(({ body }) => body)).toEqual(['hello']);
  });

  test('what the OpenTelemetry SDK for JavaScript sends', async () => {
    const golden = (signal: string) =>
      readFileSync(new URL(`../../../../otlp/golden/sdk-${signal}.bin`, import.meta.url));
    const sent = { [TRACES]: 'traces', [LOGS]: 'logs', [METRICS]: 'metrics' };
    for (const [path, signal] of Object.entries(sent)) expect(await exported(path, golden(signal))).toEqual(SUCCESS);
    const id = '0af7651916cd43dd8448eb211c80319c';
    const { trace } = await createClient(server.url).trace({ id });
    expect(trace.spans.map(({ name, parent, error }) => [name, parent, error])).toEqual([
      ['POST /checkout', '', true],
      ['GET', 'b7ad6b7169203301', false],
    ]);
    const { logs } = await createClient(server.url).traceLogs({ id, span: 'b7ad6b7169203301' });
    expect(logs.map(({ body, level }) => [body, level])).toEqual([['card declined', 'error']]);
  });

  test('an empty export', async () => expect(await call(TRACES, new Uint8Array())).toHaveLength(0));

  test('a batch sent again counts once, over HTTP too', async () => {
    const headers = { 'x-sonde-batch': 'agent/1' };
    for (let i = 0; i < 3; i++) expect(await exported(METRICS, exchanges('once', 23), { headers })).toEqual(SUCCESS);
    const response = await fetch(`${server.intakeUrl}/v1/metrics`, {
      method: 'POST',
      headers: { ...headers, authorization: TOKEN, 'content-type': 'application/x-protobuf' },
      body: exchanges('once', 23) as Uint8Array<ArrayBuffer>,
    });
    expect(response.status).toBe(200);
    expect(await requests('once')).toBe(23);
  });

  test('many calls at once on one connection', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => exported(METRICS, exchanges('many', 3))));
    expect(answers).toEqual(Array(200).fill(SUCCESS));
    expect(await requests('many')).toBe(600);
  });

  test('what cannot be stored is named in the partial success', async () => {
    const trace = 'ac'.repeat(16);
    const answer = await exported(TRACES, tracesOf(spanOf(trace), spanOf(''), spanOf(trace, { spanId: '' })));
    expect(answer).toMatchObject({ rejected: 2, errorMessage: expect.stringContaining('1 × the trace id is not 16') });
    expect((await createClient(server.url).trace({ id: trace })).trace.spans).toHaveLength(1);
  });
});

describe('what is refused, with a status and the stable code', () => {
  const big = Buffer.alloc(LIMITS.maxBytes + 1);
  const bomb = Buffer.alloc(LIMITS.maxDecompressedBytes + 1);
  const cases: [string, number, string, () => Promise<unknown>][] = [
    [
      'no token',
      status.UNAUTHENTICATED,
      'SONDE_INTAKE_UNAUTHORIZED',
      () => call(TRACES, tracesOf(), { headers: { authorization: '' } }),
    ],
    [
      'bytes that are no protobuf',
      status.INVALID_ARGUMENT,
      'SONDE_INTAKE_BAD_PAYLOAD',
      () => call(LOGS, Uint8Array.of(7, 7)),
    ],
    ['a large message', status.INVALID_ARGUMENT, 'SONDE_INTAKE_TOO_LARGE', () => call(TRACES, big)],
    [
      'a message far too large',
      status.INVALID_ARGUMENT,
      'SONDE_INTAKE_TOO_LARGE',
      () => call(TRACES, Buffer.alloc(20 << 20)),
    ],
    [
      'one that grows large',
      status.INVALID_ARGUMENT,
      'SONDE_INTAKE_TOO_LARGE',
      () => call(TRACES, bomb, { over: zipped }),
    ],
    [
      'a bad batch id',
      status.INVALID_ARGUMENT,
      'SONDE_INTAKE_BAD_BATCH_ID',
      () => call(TRACES, tracesOf(), { headers: { 'x-sonde-batch': 'x' } }),
    ],
    [
      'another method',
      status.UNIMPLEMENTED,
      'SONDE_API_NOT_FOUND',
      () => call('/opentelemetry.proto.collector.profiles.v1/Export', big),
    ],
  ];
  for (const [name, code, stable, run] of cases) {
    test(`${name}: ${stable}`, async () => {
      await expect(run()).rejects.toMatchObject({ code, details: expect.stringMatching(`^${stable}: `) });
      expect(await call(TRACES, tracesOf())).toHaveLength(0);
    });
  }

  test('while the store takes nothing: UNAVAILABLE; sent again it is stored', async () => {
    const journal = join(server.path, 'journal');
    renameSync(journal, `${journal}-away`);
    await expect(call(METRICS, exchanges('busy', 23))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: expect.stringMatching('^SONDE_STORE_UNAVAILABLE: '),
    });
    renameSync(`${journal}-away`, journal);
    expect(await exported(METRICS, exchanges('busy', 23))).toEqual(SUCCESS);
    expect(await requests('busy')).toBe(23);
  });
});

/** One call with exactly these bytes. */
function raw(headers: Record<string, string>, body: Uint8Array): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const session = connect(server.grpcUrl);
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': TRACES,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: TOKEN,
      ...headers,
    });
    const answer = {};
    stream.on('response', (received) => Object.assign(answer, received));
    stream.on('trailers', (received) => Object.assign(answer, received));
    stream.on('close', () => {
      session.close();
      resolve(answer);
    });
    stream.on('error', reject);
    stream.resume();
    stream.end(body);
  });
}

describe('bytes on the wire', () => {
  const framed = (flag: number, length: number, body: Uint8Array) => {
    const head = Buffer.alloc(5, 0);
    head[0] = flag;
    head.writeUInt32BE(length, 1);
    return Buffer.concat([head, body]);
  };
  const message = tracesOf(spanOf('ad'.repeat(16)));
  const zip = gzipSync(message);

  test.each([
    ['nothing', {}, new Uint8Array(), '3', 'SONDE_INTAKE_BAD_PAYLOAD'],
    ['a cut message', {}, framed(0, message.length + 1, message), '3', 'SONDE_INTAKE_BAD_PAYLOAD'],
    [
      'two messages',
      {},
      Buffer.concat([framed(0, 0, new Uint8Array()), framed(0, 0, new Uint8Array())]),
      '3',
      'SONDE_INTAKE_BAD_PAYLOAD',
    ],
    ['a strange flag', {}, framed(2, message.length, message), '3', 'SONDE_INTAKE_BAD_PAYLOAD'],
    [
      'another compression',
      { 'grpc-encoding': 'br' },
      framed(1, zip.length, zip),
      '12',
      'SONDE_INTAKE_UNSUPPORTED_TYPE',
    ],
    [
      'bytes that are no gzip',
      { 'grpc-encoding': 'gzip' },
      framed(1, message.length, message),
      '3',
      'SONDE_INTAKE_BAD_PAYLOAD',
    ],
  ])('%s', async (_, headers, body, code, stable) => {
    const answer = await raw(headers, body);
    expect(answer).toMatchObject({ ':status': 200, 'grpc-status': code });
    expect(decodeURIComponent(String(answer['grpc-message']))).toMatch(`${stable}: `);
  });

  test('an encoding that is announced and not used', async () => {
    expect(await raw({ 'grpc-encoding': 'gzip' }, framed(0, message.length, message))).toMatchObject({
      'grpc-status': '0',
    });
  });

  test('another content type', async () => {
    expect(await raw({ 'content-type': 'application/json' }, message)).toMatchObject({ ':status': 415 });
  });
});

test('tells whether it is healthy, to whoever asks', async () => {
  const headers = { authorization: '' };
  expect([...(await call('/grpc.health.v1.Health/Check', new Uint8Array(), { headers }))]).toEqual([0x08, 1]);
});
