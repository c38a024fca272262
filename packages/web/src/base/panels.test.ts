import type { Measurement, Panel } from '@sonde/api';
import { expect, test } from 'vitest';
import { colorOf, formatOf, moved } from './panels.ts';

const panel = (part: Partial<Panel>) => ({ metric: 'rate', group: 'none', ...part }) as Panel;
const series = (part: Partial<Measurement['series'][number]>) =>
  ({ key: '', percentile: null, ...part }) as Measurement['series'][number];

test('numbers are written in the unit of their metric, and not at all where there is none', () => {
  expect(formatOf('latency')(2_500_000)).toBe('2.50 ms');
  expect(formatOf('request_bytes')(1500)).toBe('1.50 KB/s');
  expect(formatOf('apdex')(0.954)).toBe('0.95');
  expect(formatOf('slow_rate')(0.5)).toBe('50.0 %');
  for (const metric of ['apdex', 'request_bytes', 'error_rate', 'rate'] as const)
    expect(formatOf(metric)(null)).toBe('—');
});

test('percentiles, statuses and errors have colours of their own', () => {
  const latency = panel({ metric: 'latency' });
  expect([50, 75, 90, 99.9].map((percentile) => colorOf(latency, series({ percentile }), 0))).toEqual([
    '--data-p50',
    '--data-p75',
    '--data-p95',
    '--data-p99',
  ]);
  expect(colorOf(panel({ group: 'status' }), series({ key: '503' }), 0)).toBe('--data-5xx');
  expect(colorOf(panel({ metric: 'errors' }), series({}), 0)).toBe('--data-errors');
  expect(colorOf(panel({ group: 'host' }), series({ key: 'a' }), 1)).not.toBe(
    colorOf(panel({ group: 'host' }), series({ key: 'b' }), 2),
  );
});

test('an item moves to another place', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});
