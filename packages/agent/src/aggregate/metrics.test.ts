import { HISTOGRAM_SCALE, valueOfBin } from '@sonde/model';
import { decodeMetrics, encodeMetrics, type Metric, type MetricsData } from '@sonde/otlp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_SCOPE } from '../link/work-scope.ts';
import { Aggregation, callOf } from './aggregation.case.ts';
import { seriesMetrics } from './metrics.ts';

let it: Aggregation;
beforeEach(() => {
  it = new Aggregation();
});
afterEach(() => it[Symbol.dispose]());

const interval = () => seriesMetrics(it.series, it.identities, 1_000n, 2_000n);

/** Metrics of a service by name. */
function metricsOf(data: MetricsData, service: string): Record<string, Metric> {
  const found = data.resourceMetrics.filter(({ resource }) => resource.attributes['service.name'] === service);
  expect(found).toHaveLength(1);
  expect(found[0].scopeMetrics).toHaveLength(1);
  return Object.fromEntries(found[0].scopeMetrics[0].metrics.map((metric) => [metric.name, metric]));
}

test('nothing seen, nothing sent', () => expect(interval()).toEqual({ kind: 'metrics', resourceMetrics: [] }));

test('one exchange: a duration, sizes and the wait, in the units that they say', () => {
  it.recorder.exchange(callOf(), it.connection(), 1, NO_SCOPE);
  const metrics = metricsOf(interval(), 'users');
  expect(Object.entries(metrics).map(([name, { unit }]) => [name, unit])).toEqual([
    ['http.server.request.duration', 's'],
    ['sonde.request.size', 'By'],
    ['sonde.response.size', 'By'],
    ['sonde.queue_wait.duration', 's'],
  ]);
  const duration = metrics['http.server.request.duration'].data;
  if (duration.kind !== 'exponential-histogram') throw new Error(duration.kind);
  expect(duration.temporality).toBe('delta');
  const [point] = duration.points;
  expect(point).toMatchObject({
    startTimeUnixNano: 1_000n,
    timeUnixNano: 2_000n,
    count: 1,
    sum: 0.001,
    scale: HISTOGRAM_SCALE,
    attributes: { 'sonde.side': 'server', 'http.route': '/users/{id}', 'sonde.peer.service': 'front' },
  });
  expect(point.positive.bucketCounts).toEqual([1]);
  expect(Math.abs(valueOfBin(point.positive.offset) / 1e6 - 1)).toBeLessThan(0.011);
  const values = { 'sonde.request.size': 100, 'sonde.response.size': 2000, 'sonde.queue_wait.duration': 5e-5 };
  for (const [name, value] of Object.entries(values)) {
    expect(metrics[name].data).toMatchObject({
      kind: 'sum',
      temporality: 'delta',
      monotonic: true,
      points: [{ value, attributes: point.attributes, startTimeUnixNano: 1_000n, timeUnixNano: 2_000n }],
    });
  }
});

test('each process has its own resource, each kind of service its own histogram', () => {
  const connection = it.connection();
  it.recorder.exchange(callOf(), connection, 0, NO_SCOPE);
  it.recorder.exchange(callOf(), connection, 1, NO_SCOPE);
  it.recorder.exchange(callOf({ protocol: 'redis', operation: 'GET' }), connection, 0, NO_SCOPE);
  it.recorder.exchange(callOf({ protocol: 'mysql', operation: 'SELECT' }), connection, 0, NO_SCOPE);
  it.recorder.exchange(callOf({ protocol: 'grpc', operation: 'Get' }), connection, 0, NO_SCOPE);
  const data = interval();
  expect(Object.keys(metricsOf(data, 'users'))).toContain('http.server.request.duration');
  const front = metricsOf(data, 'front');
  const counts = Object.entries(front).map(([name, { data }]) => [name, data.points.length]);
  expect(Object.fromEntries(counts)).toEqual({
    'http.client.request.duration': 1,
    'db.client.operation.duration': 2,
    'rpc.client.duration': 1,
    'sonde.request.size': 4,
    'sonde.response.size': 4,
    'sonde.queue_wait.duration': 4,
  });
});

test('what is encoded is what was counted', () => {
  const connection = it.connection();
  for (let i = 1; i <= 23; i++) {
    it.recorder.exchange(
      callOf({ status: i % 2 ? '200' : '404' }, { responseLast: 1e9 + i * 1e6 }),
      connection,
      1,
      NO_SCOPE,
    );
  }
  const data = interval();
  expect(decodeMetrics(encodeMetrics(data))).toEqual(data);
  const duration = metricsOf(data, 'users')['http.server.request.duration'].data;
  if (duration.kind !== 'exponential-histogram') throw new Error(duration.kind);
  for (const { count, positive } of duration.points) {
    expect(positive.bucketCounts.reduce((sum, one) => sum + Number(one), 0)).toBe(Number(count));
  }
  expect(duration.points.map(({ count }) => Number(count))).toEqual([12, 11]);
});
