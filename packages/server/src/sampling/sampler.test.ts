import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import { expect, test } from 'vitest';
import { Sampler } from './sampler.ts';

const CONFIG = { spansPerSecond: 1000, slowQuantile: 0.99, perMinute: 0, share: 0, wait: 1000, always: [], never: [] };

const row = (traceId: string, spanId: string, more: Partial<SpanRow> = {}): SpanRow => ({
  start: 1_700_000_000_000_000_000n as EpochNanoseconds,
  duration: 1e6 as Nanoseconds,
  traceId,
  spanId,
  parentSpanId: '',
  service: 'shop',
  instance: '',
  host: '',
  kind: 'server',
  name: 'GET /',
  status: 'unset',
  statusMessage: '',
  attributes: {},
  links: '',
  events: '',
  ...more,
});

test('ids of one trace are judged together once all are quiet, and late spans follow', () => {
  const names = new Map([['b', 'a']]);
  const sampler = new Sampler(CONFIG, (id) => names.get(id) ?? id, 0);
  sampler.offer(row('a', '1'), 0);
  sampler.offer(row('b', '2', { status: 'error' }), 800);
  sampler.offer(row('c', '3'), 0);
  expect([...sampler.judge(1000).counts]).toEqual([['dropped not_sampled', { traces: 1, spans: 1 }]]);
  const verdicts = sampler.judge(1800);
  expect(verdicts.traces.toSorted()).toEqual(['a', 'b']);
  expect(verdicts.since).toBe(1_700_000_000);
  expect([...verdicts.counts]).toEqual([['kept error', { traces: 1, spans: 2 }]]);
  names.set('d', 'a');
  for (const id of ['a', 'b', 'c', 'd']) sampler.offer(row(id, '9'), 2000);
  const late = sampler.judge(2000);
  expect(late.lateSpans.map(({ traceId }) => traceId)).toEqual(['a', 'b', 'd']);
  expect([...late.counts]).toEqual([
    ['kept late', { traces: 0, spans: 3 }],
    ['dropped late', { traces: 0, spans: 1 }],
  ]);
});

test('a part that the linker unites later follows what was decided', () => {
  const names = new Map<string, string>();
  const sampler = new Sampler(CONFIG, (id) => names.get(id) ?? id, 0);
  sampler.offer(row('a', '1', { status: 'error' }), 0);
  sampler.offer(row('b', '2'), 500);
  expect(sampler.judge(1000).traces).toEqual(['a']);
  names.set('b', 'a');
  expect(sampler.judge(1500).traces).toEqual(['b']);
});

test('a trace that never falls silent is judged after all; attributes can say what becomes of it', () => {
  const sampler = new Sampler({ ...CONFIG, always: ['url.path=/pay'], never: ['url.path=/health'] }, (id) => id, 0);
  for (let now = 0; now <= 6000; now += 500) {
    sampler.offer(row('a', `${now}`, { attributes: { 'url.path': '/pay' } }), now);
    if (now < 6000) expect(sampler.judge(now).counts.size).toBe(0);
  }
  sampler.offer(row('b', '1', { attributes: { 'url.path': '/health' }, status: 'error' }), 0);
  expect([...sampler.judge(6000).counts.keys()]).toEqual(['kept rule', 'dropped never']);
});
