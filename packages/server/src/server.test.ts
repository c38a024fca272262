import { createClient, errorResponse, ROUTES } from '@sonde/api';
import { ATTR, valueOfBin } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SondeServer } from './index.ts';
import { metricsOf, postMetrics, startTestServer, type TestExchanges } from './test-server.ts';

let server: SondeServer & AsyncDisposable;
const now = Math.floor(Date.now() / 10_000) * 10;

const shop = {
  [ATTR.serviceName]: 'shop',
  [ATTR.serviceInstanceId]: 'shop-1',
  [ATTR.hostName]: 'node-1',
  [ATTR.containerId]: 'c1',
};
const edge = { [ATTR.serviceName]: 'edge', [ATTR.serviceInstanceId]: 'edge-1', [ATTR.hostName]: 'node-1' };

const http = (operation: string, target: string, status: string, error = '') => ({
  [ATTR.operation]: operation,
  [ATTR.target]: target,
  [ATTR.status]: status,
  ...(error === '' ? {} : { [ATTR.errorType]: error }),
});

/**
 * 17 good requests of 2 ms each, 5 of 30 ms, 1 failed of 500 ms to `shop`, all called by `edge`, which saw the same 23
 * as 1 ms slower; and 7 calls of `shop` to a database that no agent watches.
 */
const EXCHANGES: TestExchanges[] = [
  {
    resource: shop,
    side: 'server',
    time: now - 120,
    count: 17,
    bin: -287,
    seconds: 17 * 0.002,
    requestBytes: 1700,
    responseBytes: 3400,
    attributes: { ...http('GET', '/items/{id}', '200'), [ATTR.peerService]: 'edge' },
  },
  {
    resource: shop,
    side: 'server',
    time: now - 60,
    count: 5,
    bin: -162,
    seconds: 5 * 0.03,
    requestBytes: 500,
    responseBytes: 50,
    attributes: { ...http('POST', '/orders', '201'), [ATTR.peerService]: 'edge' },
  },
  {
    resource: shop,
    side: 'server',
    time: now - 60,
    count: 1,
    bin: -33,
    seconds: 0.5,
    requestBytes: 100,
    responseBytes: 10,
    attributes: { ...http('POST', '/orders', '500', '500'), [ATTR.peerService]: 'edge' },
  },
  {
    resource: edge,
    side: 'client',
    time: now - 60,
    count: 23,
    bin: -180,
    seconds: 17 * 0.003 + 5 * 0.031 + 0.501,
    attributes: {
      ...http('GET', '/', '200'),
      [ATTR.peerService]: 'shop',
      [ATTR.peerAddress]: '10.0.0.2',
      [ATTR.peerPort]: 8080,
    },
  },
  {
    resource: shop,
    side: 'client',
    time: now - 60,
    count: 4,
    bin: -287,
    seconds: 0.008,
    attributes: {
      ...http('SELECT', 'items', ''),
      [ATTR.protocolName]: 'pgsql',
      [ATTR.peerService]: 'orders-db',
      [ATTR.peerAddress]: '10.0.0.9',
      [ATTR.peerPort]: 5432,
    },
  },
  {
    resource: shop,
    side: 'client',
    time: now - 60,
    count: 3,
    bin: -287,
    seconds: 0.006,
    attributes: {
      ...http('GET', '{key}', ''),
      [ATTR.protocolName]: 'redis',
      [ATTR.peerAddress]: '10.0.0.8',
      [ATTR.peerPort]: 6379,
    },
  },
];

beforeAll(async () => {
  server = await startTestServer();
  const response = await postMetrics(server.intakeUrl, metricsOf(...EXCHANGES));
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
});
afterAll(() => server[Symbol.asyncDispose]());

const range = { from: (now - 600) * 1000, to: (now + 10) * 1000 };

describe('services', () => {
  test('every formula by plain arithmetic', async () => {
    const { services, meta } = await createClient(server.url).services(range);
    expect(meta).toEqual({ from: range.from, to: range.to, completeness: null });
    expect(services.map(({ name, side, kind, requests }) => [name, side, kind, requests])).toEqual([
      ['shop', 'server', 'http', 23],
      ['orders-db', 'client', 'database', 4],
      ['edge', 'client', 'other', 0],
    ]);
    const [{ sparkline, rate, ...service }] = services;
    expect(service).toEqual({
      name: 'shop',
      kind: 'http',
      protocols: ['http'],
      requests: 23,
      errors: 1,
      errorRate: 1 / 23,
      latency: {
        avg: expect.closeTo((17 * 2e6 + 5 * 30e6 + 500e6) / 23, 3),
        p50: valueOfBin(-287),
        p75: valueOfBin(-162),
        p90: valueOfBin(-162),
        p95: valueOfBin(-162),
        p99: valueOfBin(-33),
      },
      requestBytes: 2300,
      responseBytes: 3460,
      side: 'server',
      instances: 1,
      pods: null,
    });
    expect(rate).toBeCloseTo(23 / ((Math.min(Date.now(), range.to) - range.from) / 1000), 2);
    expect(sparkline.reduce((sum, value) => sum + value)).toBe(23);
  });

  test('answers are what the contract says', async () => {
    for (const [name, route] of Object.entries(ROUTES).filter(([, { method }]) => method === 'GET')) {
      if (route.path.includes('/traces/{id}')) continue; // they answer to the id of a trace: traces.test.ts, logs.test.ts
      const path = route.path.replace('{name}', 'shop').replace('{host}', 'node-1').replace('{id}', 'kind:http');
      const needed = name === 'measure' ? '&metric=rate' : '';
      const response = await fetch(`${server.url}${path}?from=${range.from}&to=${range.to}${needed}`);
      const body = await response.json();
      expect([name, response.status]).toEqual([name, 200]);
      expect(route.response.parse(body)).toEqual(body);
    }
  });
});

describe('one service', () => {
  test('series, statuses, instances and neighbours', async () => {
    const { service } = await createClient(server.url).service({ name: 'shop', ...range });
    expect(service.step).toBe(10_000);
    expect(service.series.map(({ time }) => time)).toEqual(
      Array.from({ length: 61 }, (_, i) => range.from + i * 10_000),
    );
    const busy = service.series.filter((point) => point.requests > 0);
    expect(busy).toEqual([
      {
        time: (now - 120) * 1000,
        requests: 17,
        errors: 0,
        avg: expect.closeTo(2e6, 3),
        p50: valueOfBin(-287),
        p75: valueOfBin(-287),
        p95: valueOfBin(-287),
        p99: valueOfBin(-287),
      },
      {
        time: (now - 60) * 1000,
        requests: 6,
        errors: 1,
        avg: expect.closeTo((5 * 30e6 + 500e6) / 6, 3),
        p50: valueOfBin(-162),
        p75: valueOfBin(-162),
        p95: valueOfBin(-33),
        p99: valueOfBin(-33),
      },
    ]);
    expect(service.statuses).toEqual([
      { status: '200', requests: 17, errors: 0 },
      { status: '201', requests: 5, errors: 0 },
      { status: '500', requests: 1, errors: 1 },
    ]);
    const { instances } = await createClient(server.url).instances({ name: 'shop', ...range });
    expect(instances).toMatchObject([
      { instance: 'shop-1', host: 'node-1', container: 'c1', requests: 23, errors: 1, side: 'server' },
    ]);
    const named = (list: typeof service.upstream) => list.map(({ name, side, requests }) => [name, side, requests]);
    expect(named(service.upstream)).toEqual([['edge', 'server', 23]]);
    expect(named(service.downstream)).toEqual([
      ['orders-db', 'client', 4],
      ['10.0.0.8:6379', 'client', 3],
    ]);
  });

  test('of a service without an agent the callers tell', async () => {
    const { service } = await createClient(server.url).service({ name: 'orders-db', ...range });
    expect(service).toMatchObject({ side: 'client', kind: 'database', protocols: ['pgsql'], requests: 4 });
    const { instances } = await createClient(server.url).instances({ name: 'orders-db', ...range });
    expect(instances).toMatchObject([{ instance: '10.0.0.9:5432', requests: 4, side: 'client', source: 'none' }]);
    expect(service.upstream).toMatchObject([{ name: 'shop', requests: 4 }]);
  });

  test('endpoints with percentiles, statuses and their share of the time', async () => {
    const { endpoints } = await createClient(server.url).endpoints({ name: 'shop', ...range });
    const total = 17 * 0.002 + 5 * 0.03 + 0.5;
    expect(endpoints).toMatchObject([
      {
        operation: 'GET',
        target: '/items/{id}',
        requests: 17,
        errors: 0,
        errorRate: 0,
        latency: { p99: valueOfBin(-287) },
        timeShare: expect.closeTo((17 * 0.002) / total, 9),
        statuses: { 200: 17 },
      },
      {
        operation: 'POST',
        target: '/orders',
        requests: 6,
        errors: 1,
        errorRate: 1 / 6,
        latency: { avg: expect.closeTo((5 * 30e6 + 500e6) / 6, 3), p50: valueOfBin(-162), p99: valueOfBin(-33) },
        timeShare: expect.closeTo((5 * 0.03 + 0.5) / total, 9),
        statuses: { 201: 5, 500: 1 },
      },
    ]);
  });
});

test('the map: services, peers nobody watches, and one number an edge though both ends saw it', async () => {
  const { nodes, edges } = await createClient(server.url).map(range);
  expect(nodes.map(({ id, origin, kind, side, requests }) => [id, origin, kind, side, requests])).toEqual([
    ['shop', 'service', 'http', 'server', 23],
    ['orders-db', 'external', 'database', 'client', 4],
    ['edge', 'service', 'other', 'client', 0],
    ['10.0.0.8:6379', 'external', 'cache', 'client', 3],
  ]);
  expect(
    edges.map(({ source, target, side, requests, errors, protocols }) => [
      source,
      target,
      side,
      requests,
      errors,
      protocols,
    ]),
  ).toEqual([
    ['edge', 'shop', 'server', 23, 1, ['http']],
    ['shop', 'orders-db', 'client', 4, 0, ['pgsql']],
    ['shop', '10.0.0.8:6379', 'client', 3, 0, ['redis']],
  ]);
});

describe('errors', () => {
  const cases: [string, number, string][] = [
    ['/api/v1/services?from=yesterday', 400, 'SONDE_API_BAD_RANGE'],
    ['/api/v1/services?from=now&to=now-15m', 400, 'SONDE_API_BAD_RANGE'],
    ['/api/v1/services?from=2026-13-45', 400, 'SONDE_API_BAD_RANGE'],
    [`/api/v1/services?from=${'1'.repeat(41)}`, 400, 'SONDE_API_BAD_QUERY'],
    ['/api/v1/services?from=1&from=2', 400, 'SONDE_API_BAD_QUERY'],
    ['/api/v1/services/nobody', 404, 'SONDE_API_NOT_FOUND'],
    ['/api/v1/services/nobody/endpoints', 404, 'SONDE_API_NOT_FOUND'],
    [`/api/v1/services/${encodeURIComponent("a' OR 1=1 --/ü")}`, 404, 'SONDE_API_NOT_FOUND'],
    ['/api/v1/nothing', 404, 'SONDE_API_NOT_FOUND'],
    ['/api/v1/services/%E0%A4%A', 400, 'SONDE_API_BAD_QUERY'],
  ];
  for (const [path, status, code] of cases) {
    test(`${path}: ${code}`, async () => {
      const response = await fetch(server.url + path);
      const body = await response.json();
      expect([response.status, errorResponse.parse(body)]).toEqual([status, body]);
      expect(body).toMatchObject({
        error: { code, message: expect.stringMatching(/./), hint: expect.stringMatching(/./) },
      });
    });
  }

  test('the client throws them with their code', async () => {
    const call = createClient(server.url).service({ name: 'nobody' });
    await expect(call).rejects.toMatchObject({ name: 'ApiError', code: 'SONDE_API_NOT_FOUND', status: 404 });
  });
});

test('the OpenAPI document names every route', async () => {
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
    openapi: string;
    paths: object;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual([...new Set(Object.values(ROUTES).map((route) => route.path))]);
});

test('pages for every path that is not the API', async () => {
  for (const path of ['/', '/services/shop', '/map?from=now-1h']) {
    const response = await fetch(server.url + path);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toMatch(/<!doctype html>/i);
  }
});
