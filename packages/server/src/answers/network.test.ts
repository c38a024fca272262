/** What sockets saw of TCP, from OTLP to the answer: every number by plain arithmetic over the points sent. */
import { createClient } from '@sonde/api';
import { ATTR, binOf, HISTOGRAM_SCALE, TCP, valueOfBin } from '@sonde/model';
import type { AttributeMap, Metric, ResourceMetrics } from '@sonde/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsOf as metricsOfRequests, postMetrics, startTestServer, type TestServer } from '../test-server.ts';

const start = Math.floor(Date.now() / 3600e3) * 3600 - 3600;
const range = { from: start * 1000, to: (start + 60) * 1000 };
const MS = 1e6;

interface Seen {
  readonly service: string;
  readonly instance?: string;
  /** Seconds after the start. */
  readonly at: number;
  readonly attributes: AttributeMap;
  readonly sums: Partial<Record<Exclude<keyof typeof TCP, 'rtt'>, number>>;
  /** Milliseconds of each. */
  readonly rtts?: readonly number[];
}

function metricsOf({ service, instance = `${service}-1`, at, attributes, sums, rtts = [] }: Seen): ResourceMetrics {
  const [from, to] = [BigInt(start + at), BigInt(start + at + 10)];
  const base = { attributes, startTimeUnixNano: from * 10n ** 9n, timeUnixNano: to * 10n ** 9n };
  const metrics: Metric[] = Object.entries(sums).map(([name, value]) => ({
    name: TCP[name as keyof typeof TCP],
    unit: '1',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ ...base, value }] },
  }));
  for (const rtt of rtts) {
    const positive = { offset: binOf(rtt * MS), bucketCounts: [1] };
    const point = { ...base, count: 1, sum: rtt / 1e3, scale: HISTOGRAM_SCALE, zeroCount: 0, positive };
    metrics.push({
      name: TCP.rtt,
      unit: 's',
      data: { kind: 'exponential-histogram', temporality: 'delta', points: [point] },
    });
  }
  const resource = { [ATTR.serviceName]: service, [ATTR.serviceInstanceId]: instance, [ATTR.hostName]: 'node-1' };
  return { resource: { attributes: resource }, scopeMetrics: [{ scope: { name: 'sonde', version: '0' }, metrics }] };
}

const toUsers = {
  [ATTR.side]: 'client',
  [ATTR.peerService]: 'users',
  [ATTR.serverAddress]: '10.0.0.2',
  [ATTR.serverPort]: 80,
};
const toNobody = { [ATTR.side]: 'client', [ATTR.serverAddress]: '10.0.0.9', [ATTR.serverPort]: 81 };
const fromFront = { [ATTR.side]: 'server', [ATTR.peerService]: 'front', [ATTR.clientAddress]: '10.0.0.1' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const sent: readonly Seen[] = [
    { service: 'front', at: 0, attributes: toUsers, sums: { opened: 2, segments: 100, retransmits: 7 }, rtts: [1, 3] },
    {
      service: 'front',
      at: 30,
      attributes: toUsers,
      sums: { closed: 1, reset: 1, segments: 50, retransmits: 3 },
      rtts: [2],
    },
    {
      service: 'front',
      instance: 'front-2',
      at: 30,
      attributes: toNobody,
      sums: { refused: 4, unanswered: 2, retransmits: 11 },
    },
    {
      service: 'users',
      at: 0,
      attributes: fromFront,
      sums: { opened: 2, segments: 200, lost: 1, closed: 1 },
      rtts: [9],
    },
  ];
  const response = await postMetrics(server.intakeUrl, { kind: 'metrics', resourceMetrics: sent.map(metricsOf) });
  expect(await response.text()).toBe('');
});
afterAll(() => server[Symbol.asyncDispose]());

const network = async (name: string, of = range) => (await createClient(server.url).network({ name, ...of })).network;

test('a service has what its own sockets saw, whichever end they are', async () => {
  const { numbers } = await network('front');
  expect(numbers).toMatchObject({ opened: 2, closed: 1, reset: 1, lost: 0, refused: 4, unanswered: 2 });
  expect(numbers).toMatchObject({ segments: 150, retransmits: 21, retransmitRate: 21 / 150, rtt: { avg: 2 * MS } });
  expect(numbers.rtt.p95).toBe(valueOfBin(binOf(3 * MS)));
  expect((await network('users')).numbers).toMatchObject({ segments: 200, retransmits: 0, retransmitRate: 0, lost: 1 });
});

test('by peer, by name where there is one, and by instance', async () => {
  const { peers, instances } = await network('front');
  expect(peers).toMatchObject([
    {
      peer: '10.0.0.9:81',
      side: 'client',
      refused: 4,
      unanswered: 2,
      retransmits: 11,
      retransmitRate: null,
      rtt: { avg: null },
    },
    { peer: 'users', side: 'client', segments: 150, retransmits: 10, retransmitRate: 10 / 150, reset: 1 },
  ]);
  expect(instances).toMatchObject([
    { instance: 'front-2', host: 'node-1', refused: 4 },
    { instance: 'front-1', host: 'node-1', segments: 150 },
  ]);
});

test('over time, with steps in which nothing happened', async () => {
  const { points, step } = await network('front');
  expect(step).toBe(10_000);
  expect(points.map(({ retransmits }) => retransmits)).toEqual([7, 0, 0, 14, 0, 0]);
  expect(points[1]).toMatchObject({ time: (start + 10) * 1000, retransmitRate: null, rtt: { avg: null } });
});

test('the roll-ups say the same', async () => {
  const { numbers } = await network('front');
  expect((await network('front', { from: start * 1000, to: (start + 3600) * 1000 })).numbers).toEqual(numbers);
  expect((await network('front', { from: (start - 30 * 86_400) * 1000, to: (start + 3600) * 1000 })).numbers).toEqual(
    numbers,
  );
});

test('a service nobody saw has nothing', async () => {
  expect(await network('nobody')).toMatchObject({
    numbers: { opened: 0, retransmitRate: null },
    peers: [],
    instances: [],
  });
});

test('what is no count is refused, the rest is kept', async () => {
  const seen = { service: 'odd', at: 0, attributes: toUsers };
  const parts = [
    { ...seen, sums: { opened: -1 } },
    { ...seen, sums: { segments: 1.5 } },
    { ...seen, sums: { closed: 3 } },
  ];
  await postMetrics(server.intakeUrl, { kind: 'metrics', resourceMetrics: parts.map(metricsOf) });
  expect((await network('odd')).numbers).toMatchObject({ opened: 0, segments: 0, closed: 3 });
});

test('a call on the map has what the caller saw, never both ends', async () => {
  const call = (side: 'client' | 'server', service: string, attributes: AttributeMap) => ({
    resource: { [ATTR.serviceName]: service, [ATTR.serviceInstanceId]: `${service}-1` },
    side,
    time: start,
    count: 1,
    bin: binOf(MS),
    seconds: 0.001,
    attributes,
  });
  const sent = metricsOfRequests(
    call('client', 'front', toUsers),
    call('server', 'users', fromFront),
    call('client', 'front', toNobody),
  );
  await postMetrics(server.intakeUrl, sent);
  const { edges } = await createClient(server.url).map(range);
  expect(
    edges.map(({ source, target, network }) => [source, target, network?.segments, network?.refused]).sort(),
  ).toEqual([
    ['front', '10.0.0.9:81', 0, 4],
    ['front', 'users', 150, 0],
  ]);
});
