import { OUTCOMES, quantile, TCP } from '@sonde/model';
import { decodeMetrics, encodeMetrics } from '@sonde/otlp';
import { symbols } from '@sonde/protocols';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Aggregation } from './aggregation.case.ts';
import { NetworkTable } from './network.ts';
import { networkMetrics } from './network-metrics.ts';

let it: Aggregation;
beforeEach(() => {
  it = new Aggregation();
});
afterEach(() => it[Symbol.dispose]());

const outcome = (name: (typeof OUTCOMES)[number]) => OUTCOMES.indexOf(name);
const sent = (segments: number, retransmits: number, rtt: number) => ({ segments, retransmits, rtt });

/** `service metric` to value of each point, histograms as count and sum. */
function exported(): Record<string, number | [count: number, sum: number]> {
  const data = decodeMetrics(encodeMetrics(networkMetrics(it.network, it.identities, 1_000n, 2_000n)));
  return Object.fromEntries(
    data.resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
      scopeMetrics[0].metrics.flatMap((metric) =>
        metric.data.points.map((point) => [
          `${resource.attributes['service.name']} ${metric.name}`,
          'value' in point ? point.value : [point.count, point.sum],
        ]),
      ),
    ),
  );
}

test('what both ends of a connection sent, each under its own service', () => {
  const connection = it.connection();
  it.recorder.sent(connection, 0, sent(10, 3, 731), null);
  it.recorder.sent(connection, 1, sent(20, 0, 700), null);
  it.recorder.sent(connection, 0, sent(1, 1, 1000), outcome('reset'));
  expect(exported()).toEqual({
    'front sonde.tcp.connections.opened': 1,
    'front sonde.tcp.connections.closed': 1,
    'front sonde.tcp.connections.reset': 1,
    'front sonde.tcp.segments.sent': 11,
    'front sonde.tcp.segments.retransmitted': 4,
    'front sonde.tcp.rtt': [2, 0.001731],
    'users sonde.tcp.connections.opened': 1,
    'users sonde.tcp.segments.sent': 20,
    'users sonde.tcp.rtt': [1, 0.0007],
  });
});

test('a connection counts as opened once, over several intervals', () => {
  const connection = it.connection();
  it.recorder.sent(connection, 0, sent(1, 0, 0), null);
  it.network.clear();
  it.recorder.sent(connection, 0, sent(1, 0, 0), outcome('timeout'));
  expect(exported()).toEqual({
    'front sonde.tcp.connections.closed': 1,
    'front sonde.tcp.connections.timed_out': 1,
    'front sonde.tcp.segments.sent': 1,
  });
});

test('connections that could not be opened, with the requests for them that were repeated', () => {
  it.recorder.failedConnect(it.end(10, '10.0.0.9:81'), outcome('refused'), 1e9, 2e9, sent(0, 0, 0));
  it.recorder.failedConnect(it.end(10, '10.0.0.9:81'), outcome('timeout'), 1e9, 2e9, sent(0, 6, 0));
  expect(exported()).toEqual({
    'front sonde.tcp.connects.refused': 1,
    'front sonde.tcp.connects.timed_out': 1,
    'front sonde.tcp.segments.retransmitted': 6,
  });
});

test('peers by name and address, at a client with the port', () => {
  it.recorder.sent(it.connection(), 0, sent(1, 0, 0), null);
  it.recorder.sent(it.connection(), 1, sent(1, 0, 0), null);
  const { resourceMetrics } = networkMetrics(it.network, it.identities, 1n, 2n);
  const attributes = resourceMetrics.map(({ scopeMetrics }) => scopeMetrics[0].metrics[0].data.points[0].attributes);
  expect(attributes).toEqual([
    { 'sonde.side': 'client', 'sonde.peer.service': 'users', 'server.address': '10.0.0.2', 'server.port': 80 },
    { 'sonde.side': 'server', 'sonde.peer.service': 'front', 'client.address': '10.0.0.1' },
  ]);
});

test('round-trip times are right to 1.1 %', () => {
  for (const rtt of [100, 200, 400, 50_000]) it.network.of(it.identities.of(10), 0, 0, 0).sent(1, 0, rtt);
  const [{ scopeMetrics }] = networkMetrics(it.network, it.identities, 1n, 2n).resourceMetrics;
  const { data } = scopeMetrics[0].metrics.find(({ name }) => name === TCP.rtt)!;
  if (data.kind !== 'exponential-histogram') throw new Error(data.kind);
  const [{ count, sum, positive }] = data.points;
  expect([count, sum]).toEqual([4, 0.0507]);
  const bins = { indexes: positive.bucketCounts.map((_, i) => positive.offset + i), counts: positive.bucketCounts };
  for (const [q, rtt] of [
    [0.5, 200e3],
    [1, 50e6],
  ])
    expect(Math.abs(quantile(bins, q)! / rtt - 1)).toBeLessThan(0.011);
});

test('past 500 peers of a service and end new ones are one', () => {
  const table = new NetworkTable();
  for (let i = 0; i < 700; i++) table.of(1, 1, 0, symbols.ofText(`10.1.${i >> 8}.${i & 255}`)).closed++;
  const series = [...table.all()];
  expect(series).toHaveLength(501);
  expect(series.at(-1)).toMatchObject({ closed: 200 });
  expect(symbols.text(series.at(-1)!.peerAddress)).toBe('(other)');
});

test('an address has a series for each name it goes by', () => {
  const table = new NetworkTable();
  for (const peer of [0, 7, 0, 7, 7]) table.of(1, 0, peer, 2 ** 40).closed++;
  expect([...table.all()].map(({ peer, closed }) => [peer, closed])).toEqual([
    [0, 2],
    [7, 3],
  ]);
});
