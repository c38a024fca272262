import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR } from '@sonde/model';
import type { Span, TracesData } from '@sonde/otlp';
import { type SpanRow, Store } from '@sonde/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowOf, SDK_TRACE, type ToldSpan } from '../test-story.ts';
import { ExportedSpans } from './exported-spans.ts';
import { ResourceBook } from './resource-book.ts';
import { TraceExport } from './trace-export.ts';

const START = Date.now() - 60_000;
const WAIT = 1000;

let path: string;
let store: Store;
let exported: ExportedSpans;
let sent: Span[][] = [];
let traces: TraceExport;

const spansIn = ({ resourceSpans }: TracesData) =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), 'sonde-trace-export-'));
  store = await Store.open({ path });
  exported = await ExportedSpans.open(path);
  traces = new TraceExport({
    store,
    exported,
    resources: new ResourceBook(store),
    nameOf: (traceId) => traceId,
    wait: WAIT,
    isWhole: true,
    send: async (data, onKept) => {
      await onKept();
      sent.push(spansIn(data));
    },
  });
});
afterAll(async () => {
  await exported.close();
  await store.close();
  rmSync(path, { recursive: true });
});

/** A chain of spans of an application. */
const chain = (from: number, to: number): ToldSpan[] =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `s${from + i}`,
    ...(from + i === 0 ? {} : { parent: `s${from + i - 1}` }),
    kind: 'internal',
    at: from + i,
    ms: 5000,
    on: 'shop',
  }));

async function offer(told: readonly ToldSpan[], now: number): Promise<void> {
  const spans = told.map((each) => rowOf(each, START));
  await store.write({ requests: [], metrics: [], resources: [], spans });
  traces.offer(SDK_TRACE, Math.floor(START / 1000), now);
}

test('a large trace goes in parts, once it is silent; what comes later alone, under its parent', async () => {
  await offer(chain(0, 2500), 0);
  await traces.flush(WAIT - 1);
  expect(sent).toEqual([]);
  expect(traces.earliest).toBe(Math.floor(START / 1000));
  await traces.flush(WAIT);
  expect(sent.map((spans) => spans.length)).toEqual([1000, 1000, 500]);
  const all = new Set(sent.flat().map(({ spanId }) => spanId));
  expect(all.size).toBe(2500);
  expect(
    sent
      .flat()
      .filter(({ parentSpanId }) => !all.has(parentSpanId))
      .map(({ name }) => name),
  ).toEqual(['s0']);
  expect(traces.earliest).toBeNull();

  sent = [];
  await offer(chain(2500, 2501), 2000);
  await traces.flush(2000 + WAIT);
  expect(sent.flat().map(({ name, traceId }) => [name, traceId])).toEqual([['s2500', SDK_TRACE]]);
  expect(all.has(sent[0][0].parentSpanId)).toBe(true);
});

test('a trace that is never silent is sent in the end', async () => {
  sent = [];
  await offer(chain(3000, 3012), 10_000);
  for (let now = 10_000; now < 10_000 + 6 * WAIT; now += WAIT / 2) {
    traces.offer(SDK_TRACE, Math.floor(START / 1000), now);
    await traces.flush(now);
  }
  expect(sent).toEqual([]);
  traces.offer(SDK_TRACE, Math.floor(START / 1000), 10_000 + 6 * WAIT);
  await traces.flush(10_000 + 6 * WAIT);
  expect(sent.flat()).toHaveLength(12);
});

test('parts that were sent before they were known to be one trace stay apart, and are linked', async () => {
  const shop = rowOf({ id: 'call', kind: 'client', at: 0, ms: 9, on: 'shop', trace: 1 }, START);
  const work = rowOf({ id: 'work', kind: 'client', at: 2, ms: 4, on: 'cart', trace: 2 }, START);
  const query = rowOf({ id: 'query', parent: 'work', kind: 'server', at: 3, ms: 1, on: 'db', trace: 2 }, START);
  const write = async (row: SpanRow, now: number) => {
    await store.write({ requests: [], metrics: [], resources: [], spans: [row] });
    traces.offer(row.traceId, Math.floor(START / 1000), now);
    await traces.flush(now + WAIT);
  };
  sent = [];
  await write(shop, 30_000);
  await write(work, 40_000);
  const time = Math.floor(START / 1000);
  const aliases = [{ time, name: shop.traceId, traceId: work.traceId }];
  await store.write({ requests: [], metrics: [], resources: [], spans: [], aliases });
  await write(query, 50_000);
  const attributes = { [ATTR.linkMethod]: 'sequence', [ATTR.linkConfidence]: 1 };
  expect(sent.map((spans) => spans.map((span) => [span.name, span.traceId, span.parentSpanId, span.links]))).toEqual([
    [['call', shop.traceId, '', []]],
    [['work', work.traceId, '', []]],
    [['query', shop.traceId, '', [{ traceId: work.traceId, spanId: work.spanId, attributes }]]],
  ]);
});
