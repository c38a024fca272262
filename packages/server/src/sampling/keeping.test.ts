import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../test-server.ts';

let server: TestServer;
const now = Date.now();

beforeAll(async () => {
  server = await startTestServer({
    sampling: { enabled: true, wait: 300, rareBelow: 0, perMinute: 1, application: 'ignore', share: 0 },
    store: { retention: { spans_recent: { seconds: 1, bytes: 1 } } },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

function span(trace: number, id: number, status: Span['status'] = 'unset'): Span {
  const start = BigInt(now - 1000) * 1_000_000n;
  return {
    traceId: trace.toString(16).padStart(32, 'a'),
    spanId: id.toString(16).padStart(16, 'b'),
    parentSpanId: '',
    traceState: '',
    name: 'GET /',
    spanKind: 'server',
    startTimeUnixNano: start,
    endTimeUnixNano: start + 5_000_000n,
    attributes: {},
    status,
    statusMessage: '',
    links: [],
    events: [],
  };
}

async function send(...spans: Span[]): Promise<void> {
  const resource = { attributes: { [ATTR.serviceName]: 'shop' } };
  const scopeSpans = [{ scope: { name: 'test', version: '' }, spans }];
  const body = encodeTraces({ kind: 'traces', resourceSpans: [{ resource, scopeSpans }] });
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${server.intakeUrl}/v1/traces`, {
    method: 'POST',
    headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
}

const spansByTrace = async () => {
  const { traces } = await createClient(server.url).traces({ from: now - 60_000, to: now + 60_000 });
  return Object.fromEntries(traces.map(({ id, spans }) => [Number.parseInt(id.slice(-1), 16), spans]));
};

test('all traces are there at first; those kept stay, with the spans that came late', async () => {
  await send(span(1, 1), span(2, 2), span(3, 3, 'error'), span(3, 4), span(4, 5));
  expect(await spansByTrace()).toEqual({ 1: 1, 2: 1, 3: 2, 4: 1 });
  await expect
    .poll(
      async () => {
        const plan = server.store.plan({ kind: 'time-range', from: now - 60_000, to: now + 60_000 } as never);
        const totals = await server.store.metricTotals(plan, 'sonde-server', ['sonde.sampling.traces']);
        return totals.map(({ attributes, sum }) => `${attributes.decision} ${attributes.reason} ${sum}`).sort();
      },
      { timeout: 15_000, interval: 500 },
    )
    .toEqual(['dropped not_sampled 2', 'kept error 1', 'kept floor 1']);
  await send(span(3, 6), span(4, 7), span(2, 8));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await server.store.retain(now / 1000 + 7200);
  const kept = await spansByTrace();
  expect(kept[3]).toBe(3);
  expect(Object.keys(kept)).toHaveLength(2);
});
