import { SELF } from '@sonde/model';
import type { MetricsData } from '@sonde/otlp';
import { afterEach, expect, test } from 'vitest';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';
import { SelfMeter } from './self-meter.ts';
import type { AgentCounters, AgentIdentity } from './self-metrics.ts';

const identity: AgentIdentity = {
  id: 'agent-1',
  version: '0.1.0',
  hostName: 'here',
  kernel: '6.18.0',
  hookLevel: 'A',
  scope: 'cgroup /shop',
  unlinked: '',
};

const counters: AgentCounters = {
  records: 10,
  exchanges: 4,
  dropped: new Map([['ring_full', 2]]),
  programs: [{ program: 'send', runTime: 2e9, runs: 100 }],
  spoolBytes: 512,
  series: 23,
  runtimes: [{ runtime: 'cpython', state: 'births', processes: 3 }],
  podProblem: '',
};

/** `value` by metric name and the values of its attributes. */
function valuesOf(data: MetricsData): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, data: metric } of data.resourceMetrics[0].scopeMetrics[0].metrics) {
    if (metric.kind !== 'sum' && metric.kind !== 'gauge') throw new Error(`${name} is a ${metric.kind}`);
    for (const point of metric.points) values[[name, ...Object.values(point.attributes)].join(' ')] = point.value;
  }
  return values;
}

let listener: MetricsListener | null = null;
afterEach(() => listener?.close());

test('deltas from interval to interval, totals beside them', () => {
  let now = counters;
  const meter = new SelfMeter(identity, () => now, 1_000n);
  const first = meter.interval(2_000n);
  expect(first.resourceMetrics[0].resource.attributes).toEqual({
    'service.name': 'sonde-agent',
    'service.instance.id': 'agent-1',
    'service.version': '0.1.0',
    'host.name': 'here',
    'sonde.kernel': '6.18.0',
    'sonde.hook_level': 'A',
    'sonde.scope': 'cgroup /shop',
  });
  expect(valuesOf(first)).toMatchObject({
    [SELF.records]: 10,
    [SELF.exchanges]: 4,
    [`${SELF.dropped} ring_full`]: 2,
    [`${SELF.programTime} send`]: 2,
    [`${SELF.programRuns} send`]: 100,
    [SELF.spoolBytes]: 512,
    [SELF.series]: 23,
    [SELF.linked]: 1,
    [`${SELF.runtimes} cpython births`]: 3,
  });

  now = {
    records: 15,
    exchanges: 4,
    dropped: new Map([
      ['ring_full', 2],
      ['spool_full', 7],
    ]),
    programs: [
      { program: 'send', runTime: 5e8, runs: 20 },
      { program: 'recv', runTime: 1e9, runs: 1 },
    ],
    spoolBytes: 0,
    series: 24,
    runtimes: [],
    podProblem: 'refused',
  };
  expect(valuesOf(meter.total(2_500n))).toMatchObject({ [SELF.records]: 15 });
  const second = meter.interval(3_000n);
  expect(valuesOf(second)).toMatchObject({
    [SELF.records]: 5,
    [SELF.exchanges]: 0,
    [`${SELF.dropped} ring_full`]: 0,
    [`${SELF.dropped} spool_full`]: 7,
    [`${SELF.programTime} send`]: 0.5,
    [`${SELF.programRuns} recv`]: 1,
    [SELF.spoolBytes]: 0,
    [SELF.series]: 24,
  });
  expect(second.resourceMetrics[0].resource.attributes['sonde.pods.problem']).toBe('refused');
  const records = second.resourceMetrics[0].scopeMetrics[0].metrics.find(
    (metric) => metric.name === SELF.records,
  )?.data;
  expect(records).toMatchObject({ kind: 'sum', temporality: 'delta', monotonic: true });
  expect(records?.points[0]).toMatchObject({ startTimeUnixNano: 2_000n, timeUnixNano: 3_000n });
});

test('CPU and memory are those of this process', () => {
  const meter = new SelfMeter(identity, () => counters, 0n);
  const before = process.cpuUsage();
  meter.interval(1n);
  for (const end = performance.now() + 60; performance.now() < end; );
  const spent = process.cpuUsage(before);
  const values = valuesOf(meter.interval(2n));
  const measured = values[`${SELF.cpu} user`] + values[`${SELF.cpu} system`];
  expect(measured).toBeGreaterThan(0);
  expect(measured).toBeLessThanOrEqual((spent.user + spent.system) / 1e6 + 0.05);
  expect(values[SELF.memory]).toBeGreaterThan(10 << 20);
});

test('a dropped map that the caller goes on counting in', () => {
  const dropped = new Map([['ring_full', 1]]);
  const meter = new SelfMeter(identity, () => ({ ...counters, dropped }), 0n);
  meter.interval(1n);
  dropped.set('ring_full', 4);
  expect(valuesOf(meter.interval(2n))[`${SELF.dropped} ring_full`]).toBe(3);
});

test('the listener answers Prometheus on loopback', async () => {
  const meter = new SelfMeter(identity, () => counters, 0n);
  listener = await listenForMetrics(() => meter.total(1n), { port: 0 });
  expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const response = await fetch(listener.url);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  const text = await response.text();
  expect(text).toContain('sonde_agent_dropped_total{cause="ring_full"} 2\n');
  expect(text).toContain('sonde_agent_bpf_run_time_seconds_total{program="send"} 2\n');
  expect((await fetch(new URL('/other', listener.url))).status).toBe(404);
  expect((await fetch(listener.url, { method: 'POST' })).status).toBe(405);
  await expect(listenForMetrics(() => meter.total(1n), { port: Number(new URL(listener.url).port) })).rejects.toThrow(
    /EADDRINUSE/,
  );
});
