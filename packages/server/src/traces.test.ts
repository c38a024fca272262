import { createClient, type TraceSpan } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { type AttributeMap, encodeTraces, type Span, type TracesData } from '@sonde/otlp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

const now = Date.now() - 60_000;
const trace = (id: number) => `aa${id.toString(16).padStart(30, '0')}`;
const id = (number: number) => `bb${number.toString(16).padStart(14, '0')}`;
const W3C = 'cc000000000000000000000000000001';

interface Told extends Partial<Pick<Span, 'links' | 'status' | 'events' | 'statusMessage'>> {
  readonly service: string;
  readonly host: string;
  readonly id: number;
  readonly trace: string;
  readonly parent?: number;
  readonly kind: Span['spanKind'];
  readonly name: string;
  /** Milliseconds after the start of the test's trace. */
  readonly at: number;
  readonly ms: number;
  readonly attributes?: AttributeMap;
}

function dataOf(spans: readonly Told[]): TracesData {
  const resourceSpans = spans.map((span) => {
    const start = BigInt(now + span.at) * 1_000_000n;
    const made: Span = {
      traceId: span.trace,
      spanId: id(span.id),
      parentSpanId: span.parent === undefined ? '' : id(span.parent),
      traceState: '',
      name: span.name,
      spanKind: span.kind,
      startTimeUnixNano: start,
      endTimeUnixNano: start + BigInt(span.ms * 1_000_000),
      attributes: span.attributes ?? {},
      status: span.status ?? 'unset',
      statusMessage: span.statusMessage ?? '',
      links: span.links ?? [],
      events: span.events ?? [],
    };
    const resource = { attributes: { [ATTR.serviceName]: span.service, [ATTR.hostName]: span.host } };
    return { resource, scopeSpans: [{ scope: { name: 'test', version: '' }, spans: [made] }] };
  });
  return { kind: 'traces', resourceSpans };
}

/** What a kernel adds to a span. */
const kernel = (connection: number, more: AttributeMap = {}): AttributeMap => ({
  [ATTR.connection]: connection.toString(16).padStart(16, '0'),
  [ATTR.requestOffset]: 100,
  ...more,
});

const context = { [ATTR.contextTrace]: W3C, [ATTR.contextSpan]: id(50) };
const sure = { [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: 0.99 };

/**
 * An edge calls a shop on another host whose clock is 2 s ahead; the shop queries a database, and perhaps another. And a
 * browser whose application traces itself calls, with a context that two kernels see, a service that does so too.
 */
const SPANS: Told[] = [
  {
    service: 'edge',
    host: 'a',
    id: 1,
    trace: trace(1),
    kind: 'server',
    name: 'GET /',
    at: 0,
    ms: 100,
    attributes: kernel(1),
    parent: 900,
  },
  {
    service: 'edge',
    host: 'a',
    id: 2,
    trace: trace(1),
    parent: 1,
    kind: 'client',
    name: 'GET /items',
    at: 10,
    ms: 80,
    attributes: kernel(2, sure),
  },
  {
    service: 'shop',
    host: 'b',
    id: 3,
    trace: trace(2),
    parent: 2,
    kind: 'server',
    name: 'GET /items',
    at: 2015,
    ms: 70,
    attributes: kernel(2),
    status: 'error',
    statusMessage: '500',
  },
  {
    service: 'shop',
    host: 'b',
    id: 4,
    trace: trace(2),
    parent: 3,
    kind: 'client',
    name: 'SELECT items',
    at: 2020,
    ms: 30,
    attributes: kernel(3, { ...sure, [ATTR.peerService]: 'items-db' }),
  },
  {
    service: 'shop',
    host: 'b',
    id: 5,
    trace: trace(5),
    kind: 'client',
    name: 'SELECT prices',
    at: 2052,
    ms: 5,
    attributes: kernel(4),
    links: [
      {
        traceId: trace(2),
        spanId: id(3),
        attributes: { [ATTR.linkMethod]: 'scope-forward', [ATTR.linkConfidence]: 0.7 },
      },
    ],
  },
  { service: 'browser', host: 'c', id: 50, trace: W3C, kind: 'client', name: 'fetch', at: 500, ms: 60 },
  {
    service: 'browser',
    host: 'd',
    id: 51,
    trace: trace(51),
    kind: 'client',
    name: 'GET /cart',
    at: 502,
    ms: 50,
    attributes: kernel(5, context),
  },
  {
    service: 'cart',
    host: 'e',
    id: 52,
    trace: trace(51),
    parent: 51,
    kind: 'server',
    name: 'GET /cart',
    at: 505,
    ms: 40,
    attributes: kernel(5, context),
  },
  {
    service: 'cart',
    host: 'pod',
    id: 53,
    trace: W3C,
    parent: 50,
    kind: 'server',
    name: 'CartController',
    at: 506,
    ms: 35,
    events: [{ timeUnixNano: BigInt(now + 510) * 1_000_000n, name: 'cache miss', attributes: { key: 7 } }],
  },
  {
    service: '192.0.2.1:80',
    host: '192.0.2.1',
    id: 60,
    trace: trace(60),
    kind: 'server',
    name: 'GET /captured',
    at: -120_000,
    ms: 5,
    attributes: kernel(6, { [ATTR.observed]: 'network' }),
  },
];

let server: TestServer;
const range = { from: now - 60_000, to: now + 60_000 };

async function send(spans: readonly Told[]): Promise<void> {
  const response = await fetch(`${server.intakeUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encodeTraces(dataOf(spans)) as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
}

/** Asks until the answer is as hoped, for the linker takes its grace. */
async function until<T>(ask: () => Promise<T>, hoped: (answer: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await ask();
    if (hoped(answer) || Date.now() > deadline) return answer;
  }
}

beforeAll(async () => {
  server = await startTestServer({ linker: { grace: 200 } });
  for (const span of SPANS.toReversed()) await send([span]);
  await until(traces, (found) => found.length === 3);
});
afterAll(() => server[Symbol.asyncDispose]());

const traces = async (filters = {}) => (await createClient(server.url).traces({ ...range, ...filters })).traces;
const one = async (traceId: string) => (await createClient(server.url).trace({ id: traceId })).trace;
const tree = (spans: readonly TraceSpan[]) =>
  Object.fromEntries(
    spans.map(({ id, parent, link }) => [
      Number(`0x${id.slice(2)}`),
      [parent && Number(`0x${parent.slice(2)}`), link?.method],
    ]),
  );

describe('search', () => {
  test('a trace is one, with whatever ids its spans came', async () => {
    const found = await traces();
    expect(found.map(({ id, spans, errors }) => [id, spans, errors])).toEqual([
      [trace(5), 1, 0],
      [trace(1), 4, 1],
      [W3C, 4, 0],
    ]);
    expect(found[2]).toMatchObject({
      start: now + 500,
      duration: 60e6,
      root: { service: 'browser', name: 'fetch' },
      services: [
        { name: 'browser', spans: 2 },
        { name: 'cart', spans: 2 },
      ],
      match: { service: 'browser', name: 'fetch', duration: 60e6, error: false },
    });
  });

  const cases: [object, string[]][] = [
    [{ service: 'cart' }, [W3C]],
    [{ service: 'shop', operation: 'GET /items' }, [trace(1)]],
    [{ peer: 'items-db' }, [trace(1)]],
    [{ errors: 'true' }, [trace(1)]],
    [{ minDuration: 60e6, maxDuration: 90e6, sort: 'slowest' }, [trace(1), W3C]],
    [{ text: 'cartcontroller' }, [W3C]],
    [{ kind: 'client', service: 'browser' }, [W3C]],
    [{ kind: 'server', service: 'browser' }, []],
    [{ service: 'nobody' }, []],
  ];
  for (const [filters, expected] of cases) {
    test(JSON.stringify(filters), async () => {
      expect((await traces(filters)).map((each) => each.id)).toEqual(expected);
    });
  }

  test('spans by time and duration, and what a selected area has more of', async () => {
    const client = createClient(server.url);
    const { heatmap } = await client.traceHeatmap({ ...range, service: 'shop' });
    expect(heatmap.spans.flat().reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(heatmap.spans).toHaveLength(heatmap.times.length);
    expect(heatmap.spans[0]).toHaveLength(heatmap.bounds.length - 1);
    expect(heatmap.contrast).toEqual([]);
    const column = heatmap.spans.findIndex((cells) => cells.some((n) => n > 0));
    const area = {
      areaFrom: heatmap.times[column],
      areaTo: heatmap.times[column] + heatmap.step,
      areaLow: 60e6,
      areaHigh: 80e6,
    };
    const selected = await client.traceHeatmap({ ...range, service: 'shop', ...area });
    expect(selected.heatmap.contrast).toContainEqual({
      attribute: 'operation',
      value: 'GET /items',
      inside: 1,
      insideShare: 1,
      outsideShare: 0,
    });
    expect(selected.heatmap.contrast.map(({ attribute }) => attribute)).not.toContain('service');
    const none = await client.traceHeatmap({ ...range, service: 'nobody', ...area });
    expect(none.heatmap).toMatchObject({ bounds: [], contrast: [] });
  });

  test('says when there are more', async () => {
    expect(await createClient(server.url).traces({ ...range, limit: 1 })).toMatchObject({
      truncated: true,
      traces: [{}],
    });
    expect(await createClient(server.url).traces({ ...range, limit: 3 })).toMatchObject({ truncated: false });
  });
});

describe('one trace', () => {
  test('by any of its ids: every span with its parent and why', async () => {
    for (const each of [trace(1), trace(2)]) {
      const found = await one(each);
      expect(found).toMatchObject({ id: trace(1), start: now, duration: 100e6, errors: 1, truncated: false });
      expect(found.ids.toSorted()).toEqual([trace(1), trace(2)]);
      expect(tree(found.spans)).toEqual({
        1: ['', undefined],
        2: [1, 'scope-both'],
        3: [2, 'sequence'],
        4: [3, 'scope-both'],
      });
    }
  });

  test('a clock that is ahead is set right', async () => {
    const { spans } = await one(trace(1));
    expect(spans.map(({ offset }) => offset / 1e6)).toEqual([0, 10, 15, 20].map((at) => expect.closeTo(at, 6)));
    expect(spans.map(({ clockShift }) => clockShift / 1e9)).toEqual([0, 0, 2, 2]);
  });

  test('spans of the application and of the kernel are one tree', async () => {
    const { spans } = await until(
      () => one(W3C),
      ({ spans }) => spans.length === 4 && spans.filter(({ parent }) => parent === '').length === 1,
    );
    expect(tree(spans)).toEqual({
      50: ['', undefined],
      51: [50, 'context'],
      52: [51, 'sequence'],
      53: [52, 'context'],
    });
    expect(spans.map(({ source }) => source)).toEqual(['application', 'kernel', 'kernel', 'application']);
    expect(spans[3].events).toEqual([{ offset: 10e6, name: 'cache miss', attributes: { key: 7 } }]);
  });

  test('spans of a capture are of the network', async () => {
    const { spans } = await one(trace(60));
    expect(spans.map(({ source }) => source)).toEqual(['network']);
  });

  test('a parent that is not sure is a candidate and no parent', async () => {
    const { spans } = await one(trace(5));
    expect(spans).toMatchObject([
      {
        parent: '',
        link: null,
        candidates: [{ span: id(3), trace: trace(2), method: 'scope-forward', confidence: 0.7 }],
      },
    ]);
  });

  test('that does not exist, and what is no id', async () => {
    await expect(one(trace(77))).rejects.toMatchObject({ code: 'SONDE_API_NOT_FOUND' });
    await expect(one('nothing')).rejects.toMatchObject({ code: 'SONDE_API_BAD_QUERY' });
  });
});
