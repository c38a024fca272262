import { binOf, type EpochNanoseconds, type Nanoseconds, timeRange } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpanFilter } from './queries/traces.ts';
import type { SpanRow } from './rows.ts';
import type { Store } from './store.ts';
import { intakeOf, openStore, temporaryFolder } from './test-store.ts';

const now = Math.floor(Date.now() / 1000);
const trace = (id: number) => id.toString(16).padStart(32, '0');
const id = (number: number) => number.toString(16).padStart(16, '0');

function spanRow(
  row: Partial<Omit<SpanRow, 'duration'>> & { at: number; trace: number; id: number; ms: number },
): SpanRow {
  const { at, trace: number, id: span, ms, ...rest } = row;
  return {
    start: (BigInt(now - 100) * 1_000_000_000n + BigInt(at) * 1_000_000n + 7n) as EpochNanoseconds,
    duration: (ms * 1e6) as Nanoseconds,
    traceId: trace(number),
    spanId: id(span),
    parentSpanId: '',
    service: 'shop',
    instance: 'shop-1',
    host: 'node-1',
    kind: 'server',
    name: 'GET /items',
    status: 'unset',
    statusMessage: '',
    attributes: {},
    links: '',
    events: '',
    ...rest,
  };
}

const SPANS = [
  spanRow({ at: 0, trace: 1, id: 1, ms: 50 }),
  spanRow({
    at: 5,
    trace: 2,
    id: 2,
    ms: 20,
    kind: 'client',
    attributes: { 'sonde.peer.service': 'db', 'db.query.text': 'SELECT ?' },
  }),
  spanRow({
    at: 6,
    trace: 2,
    id: 3,
    ms: 18,
    service: 'db',
    name: 'SELECT items',
    status: 'error',
    statusMessage: 'Gone away',
  }),
  spanRow({ at: 1000, trace: 3, id: 4, ms: 700, attributes: { 'http.route': '/items', 'url.path': '/items/23' } }),
  spanRow({ at: 2000, trace: 4, id: 5, ms: 3, service: `o'brien`, name: 'POST /orders' }),
];

let store: Store;
const folder = temporaryFolder();
beforeAll(async () => {
  store = await openStore(folder.path);
  const aliases = [
    { time: now, name: trace(1), traceId: trace(2) },
    { time: now, name: trace(7), traceId: trace(8) },
    { time: now, name: trace(9), traceId: trace(7) },
    { time: now, name: trace(9), traceId: trace(8) },
  ];
  const links = [
    { time: now, traceId: trace(2), spanId: id(2), parentSpanId: id(1), method: 'scope-both', confidence: 0.99 },
  ];
  await store.write({ ...intakeOf([]), spans: SPANS, aliases, links });
  await store.write({ ...intakeOf([]), spans: SPANS.slice(0, 2) });
});
afterAll(async () => {
  await store.close();
  folder[Symbol.dispose]();
});

const range = timeRange((now - 200) * 1000, (now + 10) * 1000);
const found = async (filter: Partial<SpanFilter>) =>
  (await store.findSpans(range, { sort: 'recent', limit: 10, ...filter })).map(({ traceId }) => Number(`0x${traceId}`));

test('of spans that begin at once, as clocks of milliseconds have it, the outer one is the first of its trace', async () => {
  const at = { at: -300_000, trace: 15, service: 'sdk' };
  const spans = [
    spanRow({ ...at, id: 60, parentSpanId: id(61), ms: 0, name: 'inner of no length' }),
    spanRow({ ...at, id: 61, ms: 0, name: 'outer of no length' }),
    spanRow({ ...at, trace: 16, id: 62, parentSpanId: id(63), ms: 2, name: 'inner' }),
    spanRow({ ...at, trace: 16, id: 63, parentSpanId: id(64), ms: 3, name: 'outer' }),
  ];
  await store.write({ ...intakeOf([]), spans });
  const totals = await store.traceTotals(range, [trace(15), trace(16)]);
  expect(totals.map(({ first }) => first.name).sort()).toEqual(['outer', 'outer of no length']);
});

describe('spans found', () => {
  const cases: [string, Partial<SpanFilter>, number[]][] = [
    ['all, the latest first', {}, [4, 3, 2, 1]],
    ['the slowest first', { sort: 'slowest' }, [3, 1, 2, 4]],
    ['so many', { limit: 2 }, [4, 3]],
    ['of a service', { service: 'shop' }, [3, 2, 1]],
    ['of a service whose name is SQL', { service: `o'brien` }, [4]],
    ['of an operation', { operation: 'POST /orders' }, [4]],
    ['of those who call a service', { peer: 'db' }, [2]],
    ['at least so long', { minDuration: 50e6 }, [3, 1]],
    ['at most so long', { maxDuration: 18e6 }, [4, 2]],
    ['one span fulfils all', { service: 'shop', maxDuration: 18e6 }, []],
    ['failed', { errors: true }, [2]],
    ['by an attribute', { text: 'http.route=/items' }, [3]],
    ['by an attribute that is otherwise', { text: 'http.route=/item' }, []],
    ['by a text in any attribute', { text: '/ITEMS/23' }, [3]],
    ['by a text in a message', { text: 'gone' }, [2]],
    ['by a text in no span', { text: `%' OR 1=1 --` }, []],
  ];
  for (const [name, filter, expected] of cases) {
    test(name, async () => expect(await found(filter)).toEqual(expected));
  }

  test('the longest that fulfils the filter is the one shown, to the nanosecond', async () => {
    const [match] = await store.findSpans(range, { service: 'db', sort: 'recent', limit: 1 });
    const start = (BigInt(now - 100) * 1_000_000_000n + 6_000_007n).toString();
    expect(match).toEqual({
      traceId: trace(2),
      start,
      duration: 18e6,
      service: 'db',
      name: 'SELECT items',
      error: true,
    });
  });
});

test('names reach over several aliases, and an id without any names itself', async () => {
  expect([...(await store.traceNames([trace(1)])).keys()].toSorted()).toEqual([trace(1), trace(2)]);
  expect([...(await store.traceNames([trace(7)])).keys()].toSorted()).toEqual([trace(7), trace(8), trace(9)]);
  const names = await store.traceNames([trace(2), trace(3), trace(8)]);
  expect(Object.fromEntries(names)).toEqual({
    [trace(1)]: trace(1),
    [trace(2)]: trace(1),
    [trace(3)]: trace(3),
    [trace(7)]: trace(9),
    [trace(8)]: trace(9),
    [trace(9)]: trace(9),
  });
});

test('totals count a span stored twice once', async () => {
  const totals = await store.traceTotals(range, [trace(2), trace(1), trace(5)]);
  expect(totals.toSorted((a, b) => a.start.localeCompare(b.start))).toMatchObject([
    { traceId: trace(1), spans: 1, errors: 0, services: { shop: 1 }, first: { service: 'shop', name: 'GET /items' } },
    { traceId: trace(2), spans: 2, errors: 1, services: { shop: 1, db: 1 } },
  ]);
});

test('spans of several ids come in order, each once, with the links found later', async () => {
  const spans = await store.spansOfTraces([trace(1), trace(2)]);
  expect(spans).toEqual(SPANS.slice(0, 3));
  expect(await store.spansOfTraces([trace(1), trace(2)], 2)).toHaveLength(2);
  expect(await store.linksOfTraces([trace(1), trace(2)])).toEqual([
    {
      time: now,
      traceId: trace(2),
      spanId: id(2),
      parentSpanId: id(1),
      method: 'scope-both',
      confidence: expect.closeTo(0.99),
    },
  ]);
  const recent = await store.spansSince(now - 100, 2);
  expect(recent.spans.map((span) => span.spanId)).toEqual([id(4), id(5)]);
  expect(recent.more).toBe(SPANS.length - 2);
  expect(await store.spansSince(now - 100, 100)).toMatchObject({ more: 0, spans: { length: SPANS.length } });
});

test('spans by time and duration, each once, and what an area has more of', async () => {
  const from = (now - 200) * 1000;
  const totals = await store.spanHeatmap(range, 1000, { service: 'shop' });
  expect(totals.reduce((sum, { spans }) => sum + spans, 0)).toBe(3);
  expect(totals.map(({ column, bin, spans }) => ({ column, bin, spans }))).toEqual(
    expect.arrayContaining([
      { column: 100, bin: binOf(50e6), spans: 1 },
      { column: 100, bin: binOf(20e6), spans: 1 },
      { column: 101, bin: binOf(700e6), spans: 1 },
    ]),
  );
  expect(await store.spanHeatmap(range, 1000, { kind: 'client' })).toMatchObject([{ bin: binOf(20e6), spans: 1 }]);
  const area = { from: from + 101_000, to: from + 102_000, low: 500e6, high: 700e6 };
  const contrast = await store.spanContrast(range, { service: 'shop' }, area, { inside: 1, outside: 2 });
  const of = (attribute: string) => contrast.filter((each) => each.attribute === attribute);
  expect(of('')).toEqual([{ attribute: '', value: '', inside: 1, outside: expect.any(Number) }]);
  expect(of('http.route')).toEqual([{ attribute: 'http.route', value: '/items', inside: 1, outside: 0 }]);
  expect(of('url.path')).toEqual([]);
  expect(of('operation')[0].outside).toBeGreaterThan(0);
});

test('of recent spans those kept stay when the others go', async () => {
  const recent = [31, 32].map((number) => spanRow({ at: 0, trace: number, id: number, ms: 1 }));
  const late = spanRow({ at: 0, trace: 31, id: 33, ms: 1 });
  await store.write({ ...intakeOf([]), spans: [...recent, late], spansTo: 'spans_recent' });
  const spans = async () =>
    (await store.spansOfTraces([trace(31), trace(32)])).map((span) => Number(`0x${span.spanId}`));
  expect(await spans()).toEqual([31, 32, 33]);
  const since = now - 200;
  await store.keepSpans({ traceIds: [trace(31)], spanIds: [id(33)], since });
  await store.keepSpans({ traceIds: [trace(32)], since: now });
  await store.retain(now + 7200);
  expect(await spans()).toEqual([33]);
});
