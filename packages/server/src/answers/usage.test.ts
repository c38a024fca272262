/** What services of each kind are asked for: every number by plain arithmetic over the exchanges sent. */
import { type Client, createClient } from '@sonde/api';
import { ATTR, binOf, valueOfBin } from '@sonde/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsOf, postMetrics, startTestServer, type TestExchanges, type TestServer } from '../test-server.ts';

const MS = 1e6;
const start = Math.floor(Date.now() / 10_000) * 10 - 60;
const range = { from: start * 1000, to: (start + 60) * 1000 };

interface Exchanges {
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly statement?: string;
  readonly status: string;
  readonly error?: string;
  readonly peer: string;
  readonly count: number;
  readonly ms: number;
}

const resource = (name: string) => ({
  [ATTR.serviceName]: name,
  [ATTR.serviceInstanceId]: `${name}-1`,
  [ATTR.hostName]: 'node-1',
});

function exchanges(service: string, side: 'server' | 'client', { peer, count, ms, ...rest }: Exchanges): TestExchanges {
  // Seen by the caller, the other end is an address nobody could name where `peer` is one.
  const [address, port] = peer.split(':');
  const other =
    port === undefined ? { [ATTR.peerService]: peer } : { [ATTR.peerAddress]: address, [ATTR.peerPort]: Number(port) };
  return {
    resource: resource(service),
    side,
    time: start + 10,
    count,
    bin: binOf(ms * MS),
    seconds: (count * ms) / 1000,
    attributes: {
      [ATTR.protocolName]: rest.protocol,
      [ATTR.operation]: rest.operation,
      [ATTR.target]: rest.target,
      [ATTR.status]: rest.status,
      ...(rest.statement === undefined ? {} : { [ATTR.dbQueryText]: rest.statement }),
      ...(rest.error === undefined ? {} : { [ATTR.errorType]: rest.error }),
      ...other,
    },
  };
}

const DATABASE = '192.0.2.7:5432';
const pgsql = { protocol: 'pgsql', status: 'OK', peer: DATABASE };
const nats = { protocol: 'nats', status: 'OK', target: 'orders.placed', ms: 1 };
const dns = { protocol: 'dns', operation: 'A', ms: 2 };

const SENT: readonly TestExchanges[] = [
  exchanges('orders', 'client', { ...pgsql, operation: 'SELECT', target: 'orders', statement: 'a', count: 7, ms: 4 }),
  exchanges('orders', 'client', { ...pgsql, operation: 'SELECT', target: 'orders', statement: 'b', count: 3, ms: 10 }),
  exchanges('report', 'client', { ...pgsql, operation: 'UPDATE', target: 'orders', statement: 'c', count: 2, ms: 50 }),
  exchanges('report', 'client', {
    ...pgsql,
    operation: 'SELECT',
    target: 'stock',
    statement: 'd',
    status: '42P01',
    error: '42P01',
    count: 5,
    ms: 8,
  }),
  exchanges('nats', 'server', { ...nats, operation: 'PUB', peer: 'orders', count: 11 }),
  exchanges('nats', 'client', { ...nats, operation: 'MSG', peer: 'mailer', count: 11 }),
  exchanges('nats', 'client', { ...nats, operation: 'MSG', peer: 'billing', count: 6 }),
  exchanges('mailer', 'server', { ...nats, operation: 'MSG', peer: 'nats', count: 11 }),
  exchanges('mailer', 'server', { ...nats, operation: 'MSG', peer: 'other-broker', count: 8 }),
  exchanges('dns', 'server', { ...dns, target: 'db.shop', status: 'NOERROR', peer: 'orders', count: 9 }),
  exchanges('dns', 'server', {
    ...dns,
    target: 'ads.shop',
    status: 'NXDOMAIN',
    error: 'NXDOMAIN',
    peer: 'report',
    count: 4,
  }),
];

let server: TestServer;
let api: Client;

beforeAll(async () => {
  server = await startTestServer();
  api = createClient(server.url);
  const response = await postMetrics(server.url, metricsOf(...SENT));
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a database nobody watches and nobody could name', () => {
  test('has a page by its address, made of what its callers saw', async () => {
    const { services } = await api.services(range);
    expect(services.map(({ name }) => name)).not.toContain(DATABASE);
    const { service } = await api.service({ name: DATABASE, ...range });
    expect(service).toMatchObject({ kind: 'database', side: 'client', requests: 17, errors: 5, protocols: ['pgsql'] });
    expect(service.upstream.map(({ name, requests }) => [name, requests]).sort()).toEqual([
      ['orders', 10],
      ['report', 7],
    ]);
    const { endpoints } = await api.endpoints({ name: DATABASE, ...range });
    expect(endpoints.map(({ statement, requests }) => [statement, requests]).sort()).toEqual([
      ['a', 7],
      ['b', 3],
      ['c', 2],
      ['d', 5],
    ]);
  });

  test('is split into tables with their operations, statements, callers and statuses', async () => {
    const { groups } = await api.usage({ name: DATABASE, ...range });
    const time = 7 * 4 + 3 * 10 + 2 * 50 + 5 * 8;
    expect(groups).toMatchObject([
      {
        protocol: 'pgsql',
        target: 'orders',
        operation: '',
        side: 'client',
        requests: 12,
        errors: 0,
        statements: 3,
        operations: [
          { operation: 'SELECT', requests: 10 },
          { operation: 'UPDATE', requests: 2 },
        ],
        callers: [
          { name: 'orders', requests: 10 },
          { name: 'report', requests: 2 },
        ],
        callerCount: 2,
        statuses: [{ status: 'OK', error: '', requests: 12 }],
      },
      {
        target: 'stock',
        requests: 5,
        errors: 5,
        statuses: [{ status: '42P01', error: '42P01', requests: 5 }],
      },
    ]);
    expect(groups[0].timeShare).toBeCloseTo((time - 40) / time, 9);
    expect(groups[0].latency.avg).toBeCloseTo(((time - 40) / 12) * MS, 0);
    expect(groups[0].latency.p50).toBe(valueOfBin(binOf(4 * MS)));
    expect(groups[0].latency.p99).toBe(valueOfBin(binOf(50 * MS)));
  });

  test('by operation, by both, and what ended with one status', async () => {
    const of = async (by: 'operation' | 'target-operation', status?: string) => {
      const filter = status === undefined ? {} : { status };
      const { groups } = await api.usage({ name: DATABASE, by, ...filter, ...range });
      return groups.map(({ operation, target, requests }) => [operation, target, requests]);
    };
    expect(await of('operation')).toEqual([
      ['SELECT', '', 15],
      ['UPDATE', '', 2],
    ]);
    expect(await of('target-operation')).toEqual([
      ['SELECT', 'orders', 10],
      ['SELECT', 'stock', 5],
      ['UPDATE', 'orders', 2],
    ]);
    expect(await of('operation', '42P01')).toEqual([['SELECT', '', 5]]);
  });
});

describe('a broker', () => {
  const of = async (name: string, direction: 'in' | 'out') => {
    const { groups } = await api.usage({ name, by: 'target-operation', direction, ...range });
    return groups.map(({ operation, requests, callers, side }) => ({ operation, requests, callers, side }));
  };

  test('is asked to publish, and itself asks others to take what it delivers', async () => {
    expect(await of('nats', 'in')).toEqual([
      { operation: 'PUB', requests: 11, callers: [{ name: 'orders', requests: 11 }], side: 'server' },
    ]);
    const consumers = [
      { name: 'mailer', requests: 11 },
      { name: 'billing', requests: 6 },
    ];
    expect(await of('nats', 'out')).toEqual([{ operation: 'MSG', requests: 17, callers: consumers, side: 'client' }]);
  });

  test('that nobody watches is known from those it delivers to', async () => {
    const callers = [{ name: 'mailer', requests: 8 }];
    expect(await of('other-broker', 'out')).toEqual([{ operation: 'MSG', requests: 8, callers, side: 'server' }]);
  });
});

test('a resolver: names with their types and answers', async () => {
  const { groups } = await api.usage({ name: 'dns', ...range });
  expect(groups.map(({ target, statuses, errorRate }) => ({ target, statuses, errorRate }))).toEqual([
    { target: 'db.shop', statuses: [{ status: 'NOERROR', error: '', requests: 9 }], errorRate: 0 },
    { target: 'ads.shop', statuses: [{ status: 'NXDOMAIN', error: 'NXDOMAIN', requests: 4 }], errorRate: 1 },
  ]);
});
