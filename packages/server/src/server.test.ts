import { createClient, ROUTES } from '@sonde/api';
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
    });
    expect(rate).toBeCloseTo(23 / ((Math.min(Date.now(), range.to) - range.from) / 1000), 2);
    expect(sparkline.reduce((sum, value) => sum + value)).toBe(23);
  });

  test('answers are what the contract says', async () => {
    for (const [name, route] of Object.entries(ROUTES)) {
      const path = route.path.replace('{name}', 'shop');
      const response = await fetch(`${server.url}${path}?from=${range.from}&to=${range.to}`);
      const body = await response.json();
      expect([name, response.status]).toEqual([name, 200]);
      expect(route.response.parse(body)).toEqual(body);
    }
  });
});
