/** Panels against the golden data set, by plain arithmetic over its exchanges; dashboards as they are made, kept and refused. */
import { type Client, createClient, PANEL_GROUPS, PANEL_METRICS } from '@sonde/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROVIDED } from '../dashboards/provided.ts';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../test-server.ts';
import { all, exchangeOf, fromEdge, type Known, range, SECONDS, shop, start } from './golden.case.ts';

let server: TestServer;
let api: Client;

beforeAll(async () => {
  server = await startTestServer();
  api = createClient(server.url);
  expect((await postMetrics(server.url, metricsOf(...all.map(exchangeOf)))).status).toBe(200);
});
afterAll(() => server[Symbol.asyncDispose]());

const errorsOf = (rows: readonly Known[]) => rows.filter(({ error }) => error !== '').length;
const mean = (rows: readonly Known[]) => rows.reduce((sum, { ns }) => sum + ns, 0) / rows.length;
const rank = (rows: readonly Known[], p: number) =>
  rows.map(({ ns }) => ns).sort((a, b) => a - b)[Math.max(1, Math.ceil((p / 100) * rows.length)) - 1];
const close = (share: number) => (seen: number | null, truth: number) =>
  expect(Math.abs(seen! / truth - 1), `${seen} for ${truth}`).toBeLessThanOrEqual(share);

const STEPS = Array.from({ length: 30 }, (_, i) => start + 10 * i);

describe('a metric of a service', () => {
  const exact = (seen: number | null, truth: number) => expect(seen).toBeCloseTo(truth, 9);
  test.each([
    ['requests', (rows: readonly Known[]) => rows.length, exact, 0],
    ['rate', (rows: readonly Known[], seconds: number) => rows.length / seconds, exact, 0],
    ['errors', errorsOf, exact, 0],
    ['error_rate', (rows: readonly Known[]) => errorsOf(rows) / rows.length, exact, null],
    ['latency', (rows: readonly Known[]) => rank(rows, 90), close(0.01), null],
    ['latency_avg', mean, close(1e-6), null],
    ['request_bytes', (rows: readonly Known[], seconds: number) => (100 * rows.length) / seconds, exact, 0],
    ['response_bytes', (rows: readonly Known[], seconds: number) => (1000 * rows.length) / seconds, exact, 0],
    ['queue_wait', () => 0, exact, null],
  ] as const)('%s, in all and in steps, without and with groups', async (metric, truth, check, empty) => {
    for (const [group, keyOf] of [
      ['none', () => ''],
      ['endpoint', (row: Known) => `${row.operation} ${row.target}`],
      ['instance', (row: Known) => row.instance],
      ['host', (row: Known) => row.host],
      ['caller', (row: Known) => row.peer || row.peerAddress],
      ['status', (row: Known) => row.status],
    ] as const) {
      const asked = { metric, group, service: 'shop', percentiles: '90', top: 20 };
      const seen = await api.measure({ ...asked, ...range });
      const groups = Map.groupBy(shop, keyOf);
      expect([seen.side, seen.step, seen.times]).toEqual(['server', 10_000, STEPS.map((time) => time * 1000)]);
      expect(new Set(seen.series.map(({ key }) => key))).toEqual(new Set(groups.keys()));
      for (const { key, requests, total, values, percentile } of seen.series) {
        const rows = groups.get(key)!;
        expect([requests, percentile]).toEqual([rows.length, metric === 'latency' ? 90 : null]);
        check(total, truth(rows, SECONDS));
        STEPS.forEach((time, i) => {
          const inStep = rows.filter((row) => row.time === time);
          if (inStep.length === 0) expect(values[i]).toBe(empty);
          else check(values[i], truth(inStep, 10));
        });
      }
    }
  });

  test('agrees with the overview in what has thresholds', async () => {
    const lens = { apdex: 100, slow: 5000 };
    const { overview } = await api.overview({ name: 'shop', ...range, ...lens });
    const apdex = await api.measure({ metric: 'apdex', service: 'shop', ...lens, ...range });
    expect(apdex.series[0].total).toBe(overview.numbers.apdex);
    expect(apdex.series[0].values).toEqual(overview.points.map((point) => point.apdex));
    const slow = await api.measure({ metric: 'slow_rate', service: 'shop', ...lens, ...range });
    expect(slow.series[0].total).toBe(overview.numbers.slowRate);
  });

  test('a line for each percentile; filters narrow it', async () => {
    const rows = shop.filter((row) => row.target === '/search' && row.instance === 'shop-1' && row.peer === 'edge');
    const filter = { target: '/search', instance: 'shop-1', peer: 'edge' };
    const asked = { metric: 'latency', percentiles: '50,99.9', service: 'shop', ...filter } as const;
    const { series } = await api.measure({ ...asked, ...range });
    expect(series.map(({ percentile }) => percentile)).toEqual([50, 99.9]);
    series.forEach(({ total, percentile }) => {
      close(0.01)(total, rank(rows, percentile!));
    });
  });

  test('the queries behind it', async () => {
    const { meta } = await api.measure({ metric: 'rate', group: 'host', service: 'shop', ...range, explain: 'all' });
    expect(meta.explain!.map(({ name }) => name)).toEqual(expect.arrayContaining(['totals by host', 'steps by host']));
  });
});

describe('a metric of all services', () => {
  test('each as it saw itself, else as its callers did; never both', async () => {
    const { series, side } = await api.measure({ metric: 'requests', group: 'service', ...range });
    const { services } = await api.services(range);
    expect(side).toBe('each');
    const listed = services.filter(({ requests }) => requests > 0).map(({ name, requests }) => [name, requests]);
    expect(new Map(series.map(({ key, total }) => [key, total]))).toEqual(new Map(listed as [string, number][]));
    expect(series.find(({ key }) => key === 'shop')!.total).toBe(shop.length);
    expect(fromEdge.length).toBeGreaterThan(0);
    const one = await api.measure({ metric: 'requests', ...range });
    expect(one.series[0].total).toBe(series.reduce((sum, { total }) => sum + total!, 0));
    expect(one.series[0].values.reduce((sum: number, each) => sum + each!, 0)).toBe(one.series[0].total);
  });

  test('where nothing was seen, nothing is said', async () => {
    const before = { from: (start - 7200) * 1000, to: (start - 7100) * 1000 };
    const { series } = await api.measure({ metric: 'error_rate', ...before });
    expect(series).toMatchObject([{ total: null, values: expect.arrayContaining([null]) }]);
    expect((await api.measure({ metric: 'requests', group: 'service', ...before })).series).toEqual([]);
  });

  test.each([
    [{ metric: 'rate', group: 'endpoint' }, 'service: a group by endpoint needs a service'],
    [{ metric: 'rate', target: '/search' }, 'service: a filter by target needs a service'],
    [{ metric: 'speed' }, 'metric: '],
    [{ metric: 'latency', percentiles: '100' }, 'percentiles: '],
    [{ metric: 'rate', top: 0 }, 'top: '],
  ])('%o is refused: %s', async (asked, message) => {
    const refused = api.measure({ ...asked, ...range } as never);
    await expect(refused).rejects.toMatchObject({
      code: 'SONDE_API_BAD_QUERY',
      message: expect.stringContaining(message),
    });
  });
});

describe('dashboards', () => {
  const rate = { metric: 'rate', group: 'endpoint', filter: { service: 'shop' } } as const;
  const body = { name: 'Shop on call', panels: [rate] };

  test('are made, changed, exported, imported and removed', async () => {
    await api.putDashboard({ id: 'shop', body });
    await api.putDashboard({ id: 'shop', body: { ...body, name: 'Shop by night' } });
    const { dashboard, provided } = await api.dashboard({ id: 'shop' });
    expect(provided).toBe(false);
    expect(dashboard).toMatchObject({
      version: 1,
      name: 'Shop by night',
      panels: [
        { title: '', metric: 'rate', group: 'endpoint', chart: 'line', width: 'half', filter: { service: 'shop' } },
      ],
    });
    // What is exported is what is imported.
    await api.putDashboard({ id: 'copy', body: JSON.parse(JSON.stringify(dashboard)) });
    expect((await api.dashboard({ id: 'copy' })).dashboard).toEqual(dashboard);
    const { dashboards } = await api.dashboards({});
    expect(dashboards.filter((each) => !each.provided).map(({ id, panels }) => [id, panels])).toEqual([
      ['copy', 1],
      ['shop', 1],
    ]);
    await api.deleteDashboard({ id: 'shop' });
    await expect(api.dashboard({ id: 'shop' })).rejects.toMatchObject({ code: 'SONDE_API_NOT_FOUND' });
    await expect(api.deleteDashboard({ id: 'shop' })).rejects.toMatchObject({ code: 'SONDE_API_NOT_FOUND' });
  });

  test.each([
    ['a name', 'x', { panels: [] }, 'name'],
    ['a known key', 'x', { ...body, colour: 'red' }, 'colour'],
    ['a known metric', 'x', { ...body, panels: [{ metric: 'speed' }] }, 'panels.0.metric'],
    ['a known filter', 'x', { ...body, panels: [{ metric: 'rate', filter: { pod: 'a' } }] }, 'pod'],
    ['a service', 'x', { ...body, panels: [rate, { metric: 'rate', group: 'host' }] }, 'panels.1'],
    [
      'what adds up in a ring',
      'x',
      { ...body, panels: [{ metric: 'apdex', group: 'service', chart: 'ring' }] },
      'apdex',
    ],
    ['its version', 'x', { ...body, version: 2 }, 'version'],
    ['an id', 'no id', body, 'no id'],
    ['an id of its own', 'kind:http', body, 'duplicate'],
  ])('need %s', async (_, id, sent, message) => {
    await expect(api.putDashboard({ id, body: sent as never })).rejects.toMatchObject({
      code: 'SONDE_API_BAD_DASHBOARD',
      message: expect.stringContaining(message),
    });
  });

  test('that come with Sonde: one a kind, whose every panel has an answer', async () => {
    const { dashboards } = await api.dashboards({});
    expect(dashboards.filter(({ provided }) => provided).map(({ kind }) => kind)).toEqual([
      'http',
      'rpc',
      'database',
      'cache',
      'queue',
      'dns',
    ]);
    for (const [id, { panels }] of PROVIDED) {
      for (const { title: _, chart: __, width: ___, height: ____, filter, ...asked } of panels) {
        const seen = await api.measure({ ...asked, ...filter, service: 'shop', ...range });
        expect(seen.series.length, `${id} ${asked.metric}`).toBeGreaterThan(0);
      }
    }
  });
});

test('every group and metric can be asked for', async () => {
  for (const group of PANEL_GROUPS)
    expect((await api.measure({ metric: 'rate', group, service: 'shop', ...range })).series.length).toBeGreaterThan(0);
  for (const metric of PANEL_METRICS)
    expect((await api.measure({ metric, service: 'shop', ...range })).series[0].total).not.toBeNull();
});
