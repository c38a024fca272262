import { rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ATTR, timeRange } from '@sonde/model';
import { decodeTraces, encodeLogs, encodeMetrics, encodeTraces, GRPC_METHODS } from '@sonde/otlp';
import { type SpanRow, Store } from '@sonde/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GrpcServer } from '../intake/grpc/grpc-server.ts';
import { metricsOf, startTestServer, type TestServer } from '../test-server.ts';
import { dataOf, idOf, nameOf, rowOf, SDK_TRACE, STORY, salted, type ToldSpan, TREE } from '../test-story.ts';
import { faultsOf, TestReceiver } from './test-receiver.ts';

const START = Date.now() - 60_000;

let server: TestServer;

async function post(path: string, body: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${server.intakeUrl}${path}`, {
    method: 'POST',
    headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
}

const rowsOf = (told: readonly ToldSpan[]) => told.map((span) => rowOf(span, START));
const send = (rows: readonly SpanRow[], salt: number) => post('/v1/traces', encodeTraces(dataOf(rows, salt)));

/** What came of one story. */
const spansOf = (receiver: TestReceiver, salt: number) =>
  receiver.spans.filter(({ traceId }) => traceId === salted(SDK_TRACE, salt));
const arrived = (receiver: TestReceiver, salt: number, count = STORY.length) =>
  expect.poll(() => spansOf(receiver, salt).length, { interval: 50 }).toBe(count);

function treeOf(receiver: TestReceiver, salt: number) {
  return Object.fromEntries(
    spansOf(receiver, salt).map(({ name, parentSpanId, attributes }) => [
      name,
      [nameOf(salted(parentSpanId, 0)), attributes[ATTR.linkMethod]],
    ]),
  );
}

/** A backend that speaks gRPC, and puts what it gets into a receiver. */
function grpcBackend(receiver: TestReceiver): GrpcServer {
  const take = async ({ message, encoding }: { message: Buffer; encoding: string }) => {
    expect(encoding).toBe('gzip');
    for (const { resource, scopeSpans } of decodeTraces(gunzipSync(message)).resourceSpans) {
      for (const { spans } of scopeSpans) receiver.spans.push(...spans.map((span) => ({ ...span, resource })));
    }
    return new Uint8Array();
  };
  return new GrpcServer({
    methods: new Map([[GRPC_METHODS.traces, take]]),
    maxBytes: 1 << 20,
    statusOf: (thrown) => ({ code: 13, message: String(thrown) }),
    errors: { tooLarge: () => 'large', badFrame: (reason) => reason, unknownMethod: (path) => path },
  });
}

describe('with all traces kept', () => {
  const backend = new TestReceiver();
  const other = new TestReceiver();
  const signals = new TestReceiver();
  const grpc = grpcBackend(other);

  beforeAll(async () => {
    await Promise.all([backend.start(), signals.start()]);
    server = await startTestServer({
      linker: { grace: 200 },
      sampling: { wait: 1200 },
      exports: [
        { name: 'backend', url: backend.url, headers: { authorization: 'Basic eA==', 'x-scope': 'team' } },
        { name: 'grpc', protocol: 'grpc', url: await grpc.listen({ host: '127.0.0.1', port: 0 }) },
        { name: 'signals', url: signals.url, signals: ['metrics', 'logs'] },
      ],
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await Promise.all([backend.stop(), grpc.close(), signals.stop()]);
  });

  test('a trace is sent when it has ended: one trace id, parents that exist, why it is linked', async () => {
    const [inside, ...others] = rowsOf(STORY);
    const attributes = { ...inside.attributes, [ATTR.httpStatus]: '503', [ATTR.httpRoute]: '/buy' };
    await send([{ ...inside, attributes, status: 'error', statusMessage: 'full' }, ...others], 1);
    for (const receiver of [backend, other]) {
      await arrived(receiver, 1);
      expect(faultsOf(receiver.spans)).toEqual([]);
      expect(treeOf(receiver, 1)).toEqual(TREE);
      expect(receiver.spans.find(({ name }) => name === 'shop-in')).toMatchObject({
        spanKind: 'server',
        startTimeUnixNano: BigInt(START) * 1_000_000n,
        status: 'error',
        statusMessage: 'full',
        attributes: { [ATTR.httpStatus]: 503, [ATTR.httpRoute]: '/buy' },
        resource: { attributes: { [ATTR.serviceName]: 'shop', [ATTR.hostName]: 'shop' } },
      });
    }
    expect(backend.headers[0]).toMatchObject({ authorization: 'Basic eA==', 'x-scope': 'team' });
  });

  test('spans that come late follow, what comes again does not', async () => {
    const kernel = rowsOf(STORY.filter(({ trace }) => trace !== undefined));
    await send(kernel, 2);
    await arrived(backend, 2, kernel.length);
    await send(rowsOf(STORY), 2);
    await arrived(backend, 2);
    await send(rowsOf(STORY), 2);
    await send(rowsOf(STORY), 3);
    await arrived(backend, 3);
    expect(spansOf(backend, 2)).toHaveLength(STORY.length);
    expect(treeOf(backend, 3)).toEqual(TREE);
    expect(faultsOf(backend.spans)).toEqual([]);
  });

  test('what is not sure, or was not followed, is a link', async () => {
    const call = rowOf({ id: 'call', kind: 'client', at: 5, ms: 5, on: 'shop', trace: 2 }, START);
    const perhaps = {
      traceId: salted(rowOf(STORY[0], 0).traceId, 0x84),
      spanId: idOf('shop-in'),
      attributes: { [ATTR.linkMethod]: 'scope-forward', [ATTR.linkConfidence]: 0.7 },
    };
    const check = rowOf({ id: 'check', kind: 'server', at: 6, ms: 1, on: 'shop', trace: 3, context: 'Loop' }, START);
    const path = { ...check.attributes, [ATTR.urlPath]: '/healthz' };
    await send(
      [
        { ...call, links: JSON.stringify([perhaps]) },
        { ...check, attributes: path },
      ],
      4,
    );
    const links = (name: string) => backend.spans.find((span) => span.name === name)?.links;
    await expect.poll(() => links('call')).toEqual([perhaps]);
    await expect
      .poll(() => links('check'))
      .toMatchObject([
        {
          traceId: salted(SDK_TRACE, 4),
          spanId: salted(idOf('Loop'), 4),
          attributes: { [ATTR.linkMethod]: 'context' },
        },
      ]);
    expect(faultsOf(backend.spans)).toEqual([]);
  });

  test('a backend that is away: nothing is lost or doubled, and others do not wait for it', async () => {
    await backend.stop();
    for (let salt = 5; salt <= 9; salt++) await send(rowsOf(STORY), salt);
    await arrived(other, 9);
    await backend.start();
    for (let salt = 5; salt <= 9; salt++) {
      await arrived(backend, salt);
      expect(treeOf(backend, salt)).toEqual(TREE);
    }
    expect(faultsOf(backend.spans)).toEqual([]);
    expect(faultsOf(other.spans)).toEqual([]);
  });

  test('metrics and logs go where they are asked for, as they came', async () => {
    const time = Math.floor(START / 10_000) * 10;
    const resource = { [ATTR.serviceName]: 'shop' };
    const metrics = metricsOf({ resource, side: 'server', time, count: 3, bin: -287, seconds: 1, attributes: {} });
    const record = { timeUnixNano: BigInt(START) * 1_000_000n, observedTimeUnixNano: 0n, severityNumber: 9 };
    const rest = { severityText: '', body: 'hello', attributes: {}, traceId: '', spanId: '', eventName: '' };
    const scopeLogs = [{ scope: { name: '', version: '' }, logRecords: [{ ...record, ...rest }] }];
    const logs = { kind: 'logs', resourceLogs: [{ resource: { attributes: resource }, scopeLogs }] } as const;
    await post('/v1/metrics', encodeMetrics(metrics));
    await post('/v1/logs', encodeLogs(logs));
    await expect.poll(() => signals.other).toEqual([metrics, logs]);
    expect([signals.spans, backend.other]).toEqual([[], []]);
  });

  test('the numbers of the targets are metrics of the server', async () => {
    const { path } = server;
    await server.stop();
    server = { ...server, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) };
    const store = await Store.open({ path });
    const plan = store.plan(timeRange(START, Date.now() + 60_000));
    const totals = await store.metricTotals(plan, 'sonde-server');
    await store.close();
    const of = (metric: string, target: string) =>
      totals.filter((total) => total.metric === metric && total.attributes.target === target);
    const told = (metric: string, target: string) => of(metric, target).reduce((sum, total) => sum + total.sum, 0);
    expect(told('sonde.export.delivered', 'backend')).toBe(backend.spans.length);
    expect(told('sonde.export.delivered', 'grpc')).toBe(other.spans.length);
    expect(told('sonde.export.delivered', 'signals')).toBe(4);
    expect(told('sonde.export.failures', 'backend')).toBeGreaterThan(0);
    expect(of('sonde.export.waiting', 'backend').map(({ last }) => last)).toEqual([0]);
  });
});

test('with sampling only traces that are kept are sent', async () => {
  await using backend = new TestReceiver();
  await backend.start();
  const rules = { share: 0, perMinute: 0, rareBelow: 0, application: 'ignore', always: ['keep=yes'] };
  server = await startTestServer({
    linker: { grace: 200 },
    sampling: { enabled: true, wait: 1200, slowQuantile: 1, ...rules },
    exports: [{ name: 'backend', url: backend.url }],
  });
  await using _ = server;
  const [first, ...others] = rowsOf(STORY);
  await send([first, ...others], 1);
  await send([{ ...first, attributes: { ...first.attributes, keep: 'yes' } }, ...others], 2);
  await arrived(backend, 2);
  expect(treeOf(backend, 2)).toEqual(TREE);
  await server.store.retain();
  expect(backend.spans).toHaveLength(STORY.length);
});
