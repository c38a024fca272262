/**
 * The golden data set: every exchange is known singly, so each number of each answer is computed here a second time, by
 * plain arithmetic over the exchanges. Counts, sums, rates and shares must be equal. A percentile must be the duration
 * of nearest rank to within half a bin, 2^(1/128) - 1 = 0.54 %, which is all that bins of scale 6 lose.
 */
import { type Client, createClient, FORMULAS } from '@sonde/api';
import { binOf } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestServer } from '../test-server.ts';
import {
  all,
  ENDPOINTS,
  earlier,
  exchangeOf,
  fromEdge,
  HOUR,
  type Known,
  MS,
  range,
  reset,
  SECONDS,
  shop,
  start,
} from './golden.case.ts';

const HALF_BIN = 2 ** (1 / 128) - 1;

let server: TestServer;
let api: Client;

beforeAll(async () => {
  server = await startTestServer();
  api = createClient(server.url);
  const response = await postMetrics(server.url, metricsOf(...all.map(exchangeOf)));
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
});
afterAll(() => server[Symbol.asyncDispose]());

const errorsOf = (rows: readonly Known[]) => rows.filter(({ error }) => error !== '').length;
const sumOf = (rows: readonly Known[]) => rows.reduce((sum, { ns }) => sum + ns, 0);

/** Nearest rank over the durations themselves. */
function rank(rows: readonly Known[], p: number): number {
  const sorted = rows.map(({ ns }) => ns).sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((p / 100) * sorted.length)) - 1];
}

function near(value: number | null | undefined, truth: number): void {
  expect(Math.abs(value! / truth - 1), `${value} for ${truth}`).toBeLessThanOrEqual(HALF_BIN);
}

function checkMeasures(
  seen: {
    requests: number;
    errors: number;
    errorRate: number | null;
    rate: number;
    latency: Record<'avg' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99', number | null>;
  },
  rows: readonly Known[],
) {
  expect(seen).toMatchObject({
    requests: rows.length,
    errors: errorsOf(rows),
    errorRate: errorsOf(rows) / rows.length,
  });
  expect(seen.rate).toBeCloseTo(rows.length / SECONDS, 9);
  expect(seen.latency.avg! / (sumOf(rows) / rows.length)).toBeCloseTo(1, 6);
  for (const p of [50, 75, 90, 95, 99] as const) near(seen.latency[`p${p}`], rank(rows, p));
}

test('service list', async () => {
  const { services } = await api.services(range);
  const seen = services.find(({ name }) => name === 'shop')!;
  checkMeasures(seen, shop);
  expect(seen).toMatchObject({ side: 'server', requestBytes: 100 * shop.length, responseBytes: 1000 * shop.length });
});

test('map: an edge is what the called side saw', async () => {
  const { edges } = await api.map(range);
  for (const peer of ['edge', 'mobile']) {
    const seen = edges.find(({ source, target }) => source === peer && target === 'shop')!;
    checkMeasures(
      seen,
      shop.filter((row) => row.peer === peer),
    );
  }
  const outside = edges.find(({ target }) => target === '10.0.0.99:9000')!;
  expect(outside).toMatchObject({ source: 'edge', requests: 5, errors: 5, side: 'client' });
});

test('endpoints: numbers and share of the time', async () => {
  const { endpoints } = await api.endpoints({ name: 'shop', ...range });
  expect(endpoints.length).toBe(ENDPOINTS.length);
  for (const { operation, target } of ENDPOINTS) {
    const rows = shop.filter((row) => row.target === target);
    const seen = endpoints.find((each) => each.target === target && each.operation === operation)!;
    checkMeasures(seen, rows);
    expect(seen.timeShare).toBeCloseTo(sumOf(rows) / sumOf(shop), 9);
  }
});

/** Apdex over durations that lie in no bin that a threshold cuts, else by the bin's middle, as documented. */
function apdex(rows: readonly Known[], threshold: number): number {
  const good = rows.filter(({ error }) => error === '');
  const satisfied = good.filter(({ ns }) => ns <= threshold).length;
  const tolerating = good.filter(({ ns }) => ns > threshold && ns <= 4 * threshold).length;
  return (satisfied + tolerating / 2) / rows.length;
}

const cutBy = (rows: readonly Known[], threshold: number) =>
  rows.filter(({ ns }) => binOf(ns) === binOf(threshold)).length / rows.length;

describe('overview', () => {
  const T = 100;
  const SLOW = 5000;

  test('numbers, lines, Apdex, slow requests', async () => {
    const { overview } = await api.overview({
      name: 'shop',
      ...range,
      percentiles: '55,75,99.9',
      apdex: T,
      slow: SLOW,
    });
    const { numbers } = overview;
    checkMeasures(numbers, shop);
    [55, 75, 99.9].forEach((p, i) => {
      near(numbers.lines[i], rank(shop, p));
    });
    near(numbers.max, Math.max(...shop.map(({ ns }) => ns)));
    const blur = cutBy(shop, T * MS) + cutBy(shop, 4 * T * MS);
    expect(Math.abs(numbers.apdex! - apdex(shop, T * MS))).toBeLessThanOrEqual(blur + 1e-12);
    const slow = shop.filter(({ ns }) => ns >= SLOW * MS).length;
    expect(Math.abs(numbers.slow - slow)).toBeLessThanOrEqual(cutBy(shop, SLOW * MS) * shop.length);
    expect(numbers.slowRate).toBe(numbers.slow / shop.length);
    const clientErrors = shop.filter(({ status }) => status === '404').length;
    expect(numbers).toMatchObject({ clientErrors, clientErrorRate: clientErrors / shop.length });
  });

  test('a point is its step, a status its count', async () => {
    const { overview } = await api.overview({ name: 'shop', ...range, percentiles: '50,99', apdex: T });
    expect(overview.points.map(({ time }) => time)).toEqual(
      Array.from({ length: 30 }, (_, i) => (start + 10 * i) * 1000),
    );
    overview.points.forEach((point, i) => {
      const rows = shop.filter(({ time }) => time === start + 10 * i);
      expect(point).toMatchObject({ requests: rows.length, errors: errorsOf(rows) });
      if (rows.length === 0) expect(point).toMatchObject({ avg: null, lines: [null, null], apdex: null });
      else {
        near(point.lines[0], rank(rows, 50));
        near(point.lines[1], rank(rows, 99));
      }
    });
    for (const { status, requests, isError } of overview.statuses) {
      const rows = shop.filter((row) => row.status === status);
      expect(requests).toEqual(
        overview.points.map(({ time }) => rows.filter((row) => row.time * 1000 === time).length),
      );
      expect(isError).toBe(status === '503');
    }
    expect(overview.statuses.map(({ status }) => status)).toEqual(['200', '404', '503']);
    const counted = overview.histogram.reduce((sum, bar) => sum + bar.requests, 0);
    expect([counted, overview.histogram.length <= 60]).toEqual([shop.length, true]);
    for (const { low, high, requests, errors } of overview.histogram) {
      const rows = shop.filter(({ ns }) => ns > low && ns <= high);
      expect([requests, errors]).toEqual([rows.length, errorsOf(rows)]);
    }
  });

  test('the time before', async () => {
    const { overview } = await api.overview({ name: 'shop', ...range, compare: '1h' });
    expect(overview.before).toMatchObject({ from: range.from - 3_600_000, to: range.to - 3_600_000 });
    checkMeasures(overview.before!.numbers, earlier);
    expect(overview.pointsBefore.map(({ time }) => time)).toEqual(overview.points.map(({ time }) => time));
    expect(overview.pointsBefore.map(({ requests }) => requests)).toEqual(
      overview.points.map(({ time }) => earlier.filter((row) => (row.time + HOUR) * 1000 === time).length),
    );
    const { overview: quiet } = await api.overview({ name: 'shop', ...range, compare: '1w' });
    expect(quiet.before!.numbers).toMatchObject({
      requests: 0,
      errorRate: null,
      apdex: null,
      max: null,
      slowRate: null,
    });
  });

  test('the slowest endpoints, and one endpoint alone', async () => {
    const { overview } = await api.overview({ name: 'shop', ...range });
    const byP99 = ENDPOINTS.map(({ target }) => target).sort(
      (a, b) =>
        rank(
          shop.filter((r) => r.target === b),
          99,
        ) -
        rank(
          shop.filter((r) => r.target === a),
          99,
        ),
    );
    expect(overview.slowest.map(({ target }) => target)).toEqual(byP99);
    const one = await api.overview({ name: 'shop', ...range, protocol: 'http', operation: 'GET', target: '/search' });
    checkMeasures(
      one.overview.numbers,
      shop.filter(({ target }) => target === '/search'),
    );
    expect(one.overview.slowest).toEqual([]);
    const pod = await api.overview({ name: 'shop', ...range, instance: 'shop-1' });
    checkMeasures(
      pod.overview.numbers,
      shop.filter(({ instance }) => instance === 'shop-1'),
    );
  });
});

describe('breakdown', () => {
  const parts = async (by: 'caller' | 'instance' | 'host' | 'caller-instance' | 'caller-host', target?: string) => {
    const filter = target === undefined ? {} : { target };
    return api.breakdown({ name: 'shop', ...range, by, ...filter });
  };

  test.each([
    ['instance', (row: Known) => row.instance],
    ['host', (row: Known) => row.host],
    ['caller', (row: Known) => row.peer || row.peerAddress],
  ] as const)('by %s: the parts are the whole', async (by, keyOf) => {
    const answer = await parts(by);
    const groups = Map.groupBy(shop, keyOf);
    expect(new Set(answer.parts.map(({ key }) => key))).toEqual(new Set(groups.keys()));
    for (const part of answer.parts) {
      const rows = groups.get(part.key)!;
      checkMeasures(part, rows);
      expect(part.requestShare).toBeCloseTo(rows.length / shop.length, 12);
      expect(part.errorShare).toBeCloseTo(errorsOf(rows) / errorsOf(shop), 12);
    }
  });

  test('callers by instance and host come from the callers, of one endpoint too', async () => {
    const answer = await parts('caller-instance', '/search');
    const rows = fromEdge.filter(({ target }) => target === '/search');
    expect(answer.side).toBe('client');
    for (const part of answer.parts)
      checkMeasures(
        part,
        rows.filter(({ instance }) => instance === part.key),
      );
    expect((await parts('caller-host')).parts.map(({ key, requests }) => [key, requests])).toEqual([
      ['node-9', fromEdge.length + reset.length],
    ]);
  });
});

describe('errors', () => {
  test('by code and endpoint, network errors by outcome', async () => {
    const { errors } = await api.errors({ ...range, service: 'shop' });
    const http = errors.filter(({ kind }) => kind === 'http');
    const expected = Map.groupBy(
      shop.filter(({ status }) => status !== '200'),
      ({ operation, target, status }) => `${operation} ${target} ${status}`,
    );
    expect(new Set(http.map((e) => `${e.operation} ${e.target} ${e.status}`))).toEqual(new Set(expected.keys()));
    for (const group of http) {
      const rows = expected.get(`${group.operation} ${group.target} ${group.status}`)!;
      const times = rows.map(({ time }) => time);
      expect(group).toMatchObject({
        requests: rows.length,
        isError: group.status === '503',
        side: 'server',
        outgoing: false,
        firstSeen: Math.min(...times) * 1000,
        lastSeen: Math.max(...times) * 1000,
        callers: [...new Set(rows.map((row) => row.peer || row.peerAddress))].sort(),
        servers: [...new Set(rows.map((row) => row.instance))].sort(),
      });
      expect(group.perMinute).toBeCloseTo(rows.length / 5, 9);
      expect(group.sparkline.reduce((sum, n) => sum + n)).toBe(rows.length);
    }
    expect(errors.filter(({ kind }) => kind === 'network')).toMatchObject([
      { error: 'connection_reset', requests: 3, side: 'client', callers: ['edge'], servers: ['10.0.0.20:80'] },
    ]);
  });

  test('of the caller: what it met', async () => {
    const { errors } = await api.errors({ ...range, service: 'edge' });
    const refusals = errors.find(({ error }) => error === 'connection_refused');
    expect(refusals).toMatchObject({ service: '10.0.0.99:9000', outgoing: true, requests: 5, kind: 'network' });
  });
});

describe('slow analysis', () => {
  test('every request is in the heatmap, once', async () => {
    const { slow } = await api.slow({ name: 'shop', ...range, slow: 5000 });
    const { heatmap } = slow;
    expect(heatmap.requests.length).toBe(30);
    heatmap.requests.forEach((column, i) => {
      column.forEach((count, row) => {
        const [low, high] = [heatmap.bounds[row], heatmap.bounds[row + 1]];
        const inside = shop.filter(({ time, ns }) => time === start + 10 * i && ns > low && ns <= high);
        expect(count).toBe(inside.length);
      });
    });
    // Only `edge` is seen from both ends, so the split is of its calls.
    const served = shop.filter(({ peer }) => peer === 'edge');
    expect(slow.split.server! / (sumOf(served) / served.length)).toBeCloseTo(1, 6);
    const called = [...fromEdge, ...reset];
    expect(slow.split.client! / (sumOf(called) / called.length)).toBeCloseTo(1, 6);
    expect(slow.split.network).toBe(Math.max(0, slow.split.client! - slow.split.server!));
    expect(slow.endpoints[0]).toMatchObject({ target: '/export' });
    expect(slow.contrast).toEqual([]);
  });

  test('what an area has more of', async () => {
    const area = { areaFrom: range.from, areaTo: range.to, areaLow: 2500 * MS, areaHigh: 60_000 * MS };
    const { slow } = await api.slow({ name: 'shop', ...range, ...area });
    const low = binOf(2500 * MS);
    const inside = shop.filter(({ ns }) => binOf(ns) > low);
    const outside = shop.filter(({ ns }) => binOf(ns) <= low);
    expect(slow.contrast[0]).toMatchObject({ attribute: 'endpoint', value: 'POST /export', insideShare: 1 });
    for (const { attribute, value, inside: count, insideShare, outsideShare } of slow.contrast) {
      const has = (row: Known) =>
        (attribute === 'endpoint' && `${row.operation} ${row.target}` === value) ||
        (attribute === 'instance' && row.instance === value) ||
        (attribute === 'host' && row.host === value) ||
        (attribute === 'status' && row.status === value) ||
        (attribute === 'caller' && (row.peer || row.peerAddress) === value);
      expect(count).toBe(inside.filter(has).length);
      expect(insideShare).toBeCloseTo(count / inside.length, 12);
      expect(outsideShare).toBeCloseTo(outside.filter(has).length / outside.length, 12);
    }
  });
});

test('search finds services and endpoints by words', async () => {
  const found = await api.search({ ...range, q: 'SHOP orders' });
  expect(found.services).toEqual([]);
  const orders = shop.filter(({ target }) => target === '/orders').length;
  expect(found.endpoints).toMatchObject([{ service: 'shop', operation: 'POST', target: '/orders', requests: orders }]);
  expect((await api.search({ ...range, q: 'sho' })).services).toMatchObject([{ name: 'shop', requests: shop.length }]);
});

test('the queries behind an answer', async () => {
  const { meta, overview } = await api.overview({ name: 'shop', ...range, explain: 'requests' });
  const names = meta.explain!.map(({ name }) => name);
  for (const { query } of Object.values(FORMULAS).filter(({ query }) => query === 'sum of the view'))
    expect(names).toContain(query);
  const { sql, params } = meta.explain!.find(({ name }) => name === FORMULAS.requests.query)!;
  expect(params).toEqual({ name: 'shop' });
  expect(sql).toContain('sum(count) AS requests, sum(errors) AS errors');
  expect(sql).toContain(`time >= toDateTime(${start}, 'UTC')`);
  expect(overview.numbers.requests).toBe(shop.length);
  expect((await api.overview({ name: 'shop', ...range })).meta).not.toHaveProperty('explain');
});
