import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import {
  decodeExportResponse,
  encodeLogs,
  encodeLogsJson,
  encodeTraces,
  type LogRecord,
  type LogsData,
} from '@sonde/otlp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

const now = Date.now() - 60_000;
const range = { from: now - 60_000, to: now + 60_000 };
const SDK_TRACE = 'cc000000000000000000000000000001';
const KERNEL_TRACE = 'aa000000000000000000000000000001';
const span = (number: number) => `bb${number.toString(16).padStart(14, '0')}`;

function logsOf(service: string, ...records: (Partial<LogRecord> & { at: number })[]): LogsData {
  const logRecords = records.map(
    ({ at, ...record }): LogRecord => ({
      timeUnixNano: BigInt(now + at) * 1_000_000n,
      observedTimeUnixNano: 0n,
      severityNumber: 9,
      severityText: 'INFO',
      body: '',
      attributes: {},
      traceId: '',
      spanId: '',
      eventName: '',
      ...record,
    }),
  );
  const resource = { attributes: { [ATTR.serviceName]: service, [ATTR.hostName]: 'node-1' } };
  return {
    kind: 'logs',
    resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'main', version: '' }, logRecords }] }],
  };
}

let server: TestServer;

async function post(path: string, body: Uint8Array | string, type = 'application/x-protobuf'): Promise<Response> {
  const headers = { 'content-type': type };
  const response = await fetch(`${server.intakeUrl}${path}`, {
    method: 'POST',
    headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
  return response;
}

const CART = logsOf(
  'cart',
  { at: 1, body: 'cart is empty', traceId: SDK_TRACE, spanId: span(1) },
  {
    at: 3,
    body: 'Cannot reach the shop',
    severityNumber: 17,
    severityText: 'ERROR',
    traceId: SDK_TRACE,
    spanId: span(2),
  },
  { at: 5, body: { items: [1, 2] }, severityNumber: 5, attributes: { user: "O'Brien", n: 7 }, eventName: 'cart.saved' },
);
const SHOP = logsOf(
  'shop',
  { at: 2, body: 'closing', severityNumber: 13, severityText: 'warning', traceId: SDK_TRACE },
  { at: 4, body: 'x'.repeat(20_000) },
  { at: 0, timeUnixNano: 0n, observedTimeUnixNano: BigInt(now) * 1_000_000n, severityNumber: 99, body: 'seen' },
);

beforeAll(async () => {
  server = await startTestServer({ linker: { grace: 0 } });
  await post('/v1/logs', encodeLogs(CART));
  await post('/v1/logs', JSON.stringify(encodeLogsJson(SHOP)), 'application/json');
  const start = BigInt(now) * 1_000_000n;
  const kernelSpan = {
    traceId: KERNEL_TRACE,
    spanId: span(9),
    parentSpanId: '',
    traceState: '',
    name: 'GET /cart',
    spanKind: 'server',
    startTimeUnixNano: start,
    endTimeUnixNano: start + 9_000_000n,
    attributes: { [ATTR.connection]: '00000000000000aa', [ATTR.contextTrace]: SDK_TRACE, [ATTR.contextSpan]: span(8) },
    status: 'unset',
    statusMessage: '',
    links: [],
    events: [],
  } as const;
  const resource = { attributes: { [ATTR.serviceName]: 'cart' } };
  const scopeSpans = [{ scope: { name: '', version: '' }, spans: [kernelSpan] }];
  await post('/v1/traces', encodeTraces({ kind: 'traces', resourceSpans: [{ resource, scopeSpans }] }));
});
afterAll(() => server[Symbol.asyncDispose]());

const logs = async (query = {}) => createClient(server.url).logs({ ...range, ...query });
const bodies = async (query = {}) => (await logs(query)).logs.map(({ body }) => body.slice(0, 30));

describe('of a range', () => {
  test('whole, newest first', async () => {
    const { logs: found, truncated } = await logs();
    expect(truncated).toBe(false);
    expect(found.map(({ time, service, level }) => [time - now, service, level])).toEqual([
      [5, 'cart', 'debug'],
      [4, 'shop', 'info'],
      [3, 'cart', 'error'],
      [2, 'shop', 'warn'],
      [1, 'cart', 'info'],
      [0, 'shop', null],
    ]);
    expect(found[0]).toEqual({
      time: now + 5,
      level: 'debug',
      severity: 5,
      severityText: 'INFO',
      service: 'cart',
      instance: 'node-1',
      host: 'node-1',
      scope: 'main',
      event: 'cart.saved',
      body: '{"items":[1,2]}',
      bodyBytes: 15,
      attributes: { user: "O'Brien", n: '7' },
      trace: '',
      span: '',
    });
    expect([found[1].body.length, found[1].bodyBytes]).toEqual([16_384, 20_000]);
  });

  const cases: [object, string[]][] = [
    [{ service: 'cart' }, ['{"items":[1,2]}', 'Cannot reach the shop', 'cart is empty']],
    [{ level: 'warn' }, ['Cannot reach the shop', 'closing']],
    [{ level: 'fatal' }, []],
    [{ text: 'SHOP' }, ['Cannot reach the shop']],
    [{ text: "user=O'Brien" }, ['{"items":[1,2]}']],
    [{ text: 'cart.saved' }, ['{"items":[1,2]}']],
    [{ service: 'cart', text: 'shop', level: 'fatal' }, []],
    [{ to: now + 2 }, ['cart is empty', 'seen']],
  ];
  for (const [query, expected] of cases) {
    test(JSON.stringify(query), async () => expect(await bodies(query)).toEqual(expected));
  }

  test('says when there are more', async () => {
    expect(await logs({ limit: 2 })).toMatchObject({ truncated: true, logs: [{ severity: 5 }, { severity: 9 }] });
  });
});

describe('of a trace', () => {
  const ofTrace = async (id: string, query = {}) =>
    (await createClient(server.url).traceLogs({ id, ...query })).logs.map(({ body }) => body);

  test('by any of its ids, also that of the kernel, oldest first', async () => {
    const expected = ['cart is empty', 'closing', 'Cannot reach the shop'];
    expect(await ofTrace(SDK_TRACE)).toEqual(expected);
    await expect.poll(() => ofTrace(KERNEL_TRACE)).toEqual(expected);
  });

  test('of one span, and of none', async () => {
    expect(await ofTrace(SDK_TRACE, { span: span(2).toUpperCase() })).toEqual(['Cannot reach the shop']);
    expect(await ofTrace(SDK_TRACE, { span: span(7) })).toEqual([]);
    expect(await ofTrace('cc'.repeat(16))).toEqual([]);
    await expect(ofTrace('nothing')).rejects.toMatchObject({ code: 'SONDE_API_BAD_QUERY' });
  });
});

test('a record without a time or from long ago is refused, the others are stored', async () => {
  const data = logsOf('late', { at: 0, timeUnixNano: 0n }, { at: 0, timeUnixNano: 1n }, { at: 6, body: 'in time' });
  const response = await post('/v1/logs', encodeLogs(data));
  expect(decodeExportResponse(new Uint8Array(await response.arrayBuffer()))).toEqual({
    rejected: 2,
    errorMessage: '2 × the time is missing',
  });
  expect(await bodies({ service: 'late' })).toEqual(['in time']);
});
