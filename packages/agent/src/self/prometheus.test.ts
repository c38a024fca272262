import type { Metric, MetricsData } from '@sonde/otlp';
import { expect, test } from 'vitest';
import { renderPrometheus } from './prometheus.ts';

const at = { startTimeUnixNano: 0n, timeUnixNano: 1n };

function of(...metrics: Metric[]): MetricsData {
  const resource = { attributes: { 'service.name': 'sonde-agent', path: 'C:\\a "b"\nc' } };
  return {
    kind: 'metrics',
    resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: '', version: '' }, metrics }] }],
  };
}

test('counters, gauges, units, labels', () => {
  const text = renderPrometheus(
    of(
      {
        name: 'sonde.agent.cpu.time',
        unit: 's',
        data: {
          kind: 'sum',
          temporality: 'cumulative',
          monotonic: true,
          points: [
            { attributes: { 'cpu.mode': 'user' }, ...at, value: 1.5 },
            { attributes: { 'cpu.mode': 'system' }, ...at, value: 1e21 },
          ],
        },
      },
      {
        name: 'sonde.agent.series',
        unit: '{series}',
        data: { kind: 'gauge', points: [{ attributes: {}, ...at, value: 7 }] },
      },
      {
        name: '4xx',
        unit: 'By',
        data: { kind: 'gauge', points: [{ attributes: {}, ...at, value: Number.NEGATIVE_INFINITY }] },
      },
    ),
  );
  expect(text).toBe(`# TYPE target_info gauge
target_info{service_name="sonde-agent",path="C:\\\\a \\"b\\"\\nc"} 1
# TYPE sonde_agent_cpu_time_seconds_total counter
sonde_agent_cpu_time_seconds_total{cpu_mode="user"} 1.5
sonde_agent_cpu_time_seconds_total{cpu_mode="system"} 1e+21
# TYPE sonde_agent_series gauge
sonde_agent_series 7
# TYPE _4xx_bytes gauge
_4xx_bytes -Inf
`);
});

test('what has no form in Prometheus is left out', () => {
  const delta: Metric = {
    name: 'd',
    unit: '',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [] },
  };
  const histogram: Metric = {
    name: 'h',
    unit: '',
    data: { kind: 'exponential-histogram', temporality: 'delta', points: [] },
  };
  expect(renderPrometheus(of(delta, histogram)).split('\n')).toHaveLength(3);
  expect(renderPrometheus({ kind: 'metrics', resourceMetrics: [] })).toBe('');
});
