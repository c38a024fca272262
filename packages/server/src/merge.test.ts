import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces } from '@sonde/otlp';
import type { SpanRow } from '@sonde/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';
import { dataOf, idOf, nameOf, rowOf, SDK_TRACE, STORY, salted, type ToldSpan, TREE } from './test-story.ts';

const GRACE = 300;
const START = Date.now() - 60_000;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ linker: { grace: GRACE } });
});
afterAll(() => server[Symbol.asyncDispose]());

async function post(rows: readonly SpanRow[], salt: number): Promise<void> {
  const body = encodeTraces(dataOf(rows, salt)) as Uint8Array<ArrayBuffer>;
  const headers = { 'content-type': 'application/x-protobuf' };
  expect((await fetch(`${server.intakeUrl}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
}

const send = (told: readonly ToldSpan[], salt: number) =>
  post(
    told.map((span) => rowOf(span, START)),
    salt,
  );

const kernel = STORY.filter(({ trace }) => trace !== undefined);
const sdk = STORY.filter(({ trace }) => trace === undefined);
const pause = () => new Promise((resolve) => setTimeout(resolve, GRACE * 5));

const ORDERS: [string, (salt: number) => Promise<void>][] = [
  ['all at once', (salt) => send(STORY, salt)],
  [
    'one by one, the last first',
    async (salt) => {
      for (const span of STORY.toReversed()) await send([span], salt);
    },
  ],
  [
    'the SDK long after the kernel',
    (salt) =>
      send(kernel, salt)
        .then(pause)
        .then(() => send(sdk, salt)),
  ],
  [
    'the kernel long after the SDK',
    (salt) =>
      send(sdk, salt)
        .then(pause)
        .then(() => send(kernel, salt)),
  ],
  [
    'a part sent twice',
    async (salt) => {
      await send(sdk, salt);
      await send(STORY, salt);
    },
  ],
];

test.each(ORDERS.map(([name, run], i) => [name, run, i + 1] as const))('one tree: %s', async (_, run, salt) => {
  await run(salt);
  const client = createClient(server.url);
  const id = salted(SDK_TRACE, salt);
  const tree = async () => {
    const { trace } = await client.trace({ id });
    return Object.fromEntries(
      trace.spans.map(({ name, parent, link }) => [name, [nameOf(salted(parent, 0)), link?.method]]),
    );
  };
  await expect.poll(tree).toEqual(TREE);
  const { trace } = await client.trace({ id: salted(rowOf(STORY[0], 0).traceId, salt + 0x80) });
  expect(trace).toMatchObject({ id, truncated: false });
  expect(trace.spans).toHaveLength(STORY.length);
  expect(new Set(trace.spans.map((span) => span.id))).toEqual(
    new Set(STORY.map((span) => salted(idOf(span.id), salt))),
  );
  const found = (await client.traces({ from: START - 1000, to: START + 1000 })).traces.filter((each) => each.id === id);
  expect(found).toMatchObject([{ spans: STORY.length, root: { service: 'shop', name: 'shop-in' } }]);
});

/** Requests that all carry the header of one span, each in a trace of its own. */
const requests = (count: number, attributes = {}) => {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...rowOf({ id: `r${i}`, kind: 'server', at: i, ms: 5, on: 'shop', trace: i + 1, context: 'Loop' }, START),
  }));
  return rows.map((row) => ({ ...row, attributes: { ...row.attributes, ...attributes } }));
};

describe('a header that is in very many requests', () => {
  const traceOf = async (row: SpanRow, salt: number) =>
    (await createClient(server.url).trace({ id: salted(row.traceId, salt + 0x80) })).trace;

  test('makes no giant trace: past 256 they are traces of their own that say what they refused', async () => {
    const salt = 0x20;
    const rows = requests(300);
    await post(rows, salt);
    const id = salted(SDK_TRACE, salt);
    const spans = async () => (await traceOf(rows[0], salt)).spans.length;
    await expect.poll(spans).toBe(256);
    const refused = await Promise.all(rows.slice(256).map((row) => traceOf(row, salt)));
    for (const { spans: alone } of refused) {
      expect(alone).toHaveLength(1);
      expect(alone[0].candidates).toEqual([
        { span: salted(idOf('Loop'), salt), trace: id, method: 'context', confidence: 1 },
      ]);
    }
  });

  test('tunnels and health checks follow none', async () => {
    const kinds = [
      { [ATTR.httpMethod]: 'CONNECT' },
      { [ATTR.httpMethod]: 'GET', [ATTR.urlPath]: '/healthz' },
      { [ATTR.rpcService]: 'grpc.health.v1.Health' },
    ];
    for (const [i, kind] of kinds.entries()) await post(requests(2, kind), 0x30 + i);
    await pause();
    for (const i of kinds.keys()) {
      for (const row of requests(2)) {
        const { spans } = await traceOf(row, 0x30 + i);
        expect(spans.map((span) => [span.name, span.candidates.length])).toEqual([[row.name, 1]]);
      }
    }
  });
});
