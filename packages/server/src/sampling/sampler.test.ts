import type { SpanRecord } from '@sonde/linker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sampler, type SamplerConfig } from './sampler.ts';

const CONFIG: SamplerConfig = {
  spansPerSecond: 1000,
  slowQuantile: 0.99,
  rareBelow: 0,
  perMinute: 0,
  application: 'follow',
  share: 0,
  wait: 1000,
};

const SECONDS = 1_700_000_000;
const hex = (number: number) => number.toString(16).padStart(32, '0');

function record(trace: number, span: number, summary: Partial<SpanRecord['summary']> = {}): SpanRecord {
  return {
    keys: {
      id: [0, span],
      parent: [0, 0],
      trace: [0, 0, 0, trace],
      start: SECONDS * 1e6,
      duration: 1000,
      source: 'kernel',
      role: 'server',
      host: 1,
      method: 'sequence',
      confidence: 1,
    },
    summary: { service: 1, endpoint: 1, hasError: false, rule: null, application: null, verdict: null, ...summary },
  };
}

test('ids of one trace are judged together once all are quiet, and late spans follow', () => {
  const names = new Map([[hex(2), hex(1)]]);
  const sampler = new Sampler(CONFIG, (id) => names.get(id) ?? id, 0);
  sampler.offer(record(1, 1), 0);
  sampler.offer(record(2, 2, { hasError: true }), 800);
  sampler.offer(record(3, 3), 0);
  expect([...sampler.judge(1000).counts]).toEqual([['dropped not_sampled', { traces: 1, spans: 1 }]]);
  const verdicts = sampler.judge(1800);
  expect(verdicts.traces.toSorted()).toEqual([hex(1), hex(2)]);
  expect(verdicts.since).toBe(SECONDS);
  expect([...verdicts.counts]).toEqual([['kept error', { traces: 1, spans: 2 }]]);
  names.set(hex(4), hex(1));
  for (const id of [1, 2, 3, 4]) sampler.offer(record(id, 9), 2000);
  const late = sampler.judge(2000);
  expect(late.lateSpans.map(({ traceId }) => traceId)).toEqual([hex(1), hex(2), hex(4)]);
  expect([...late.counts]).toEqual([
    ['kept late', { traces: 0, spans: 3 }],
    ['dropped late', { traces: 0, spans: 1 }],
  ]);
});

test('spans that come late, alone or as a part of a trace that was kept, are taken from the budget', () => {
  const names = new Map([[hex(2), hex(1)]]);
  const sampler = new Sampler({ ...CONFIG, spansPerSecond: 10 }, (id) => names.get(id) ?? id, 0);
  sampler.offer(record(1, 1, { hasError: true }), 0);
  expect(sampler.judge(1000).traces).toEqual([hex(1)]);
  for (let span = 0; span < 200; span++) sampler.offer(record(1 + (span % 2), span), 1000);
  expect(sampler.judge(2000).lateSpans).toHaveLength(200);
  for (const [at, expected] of [
    [3000, 'over_budget error'],
    [11_000, 'over_budget error'],
    [13_000, 'kept error'],
  ] as const) {
    sampler.offer(record(at, 1, { hasError: true }), at - 1000);
    expect([...sampler.judge(at).counts.keys()]).toEqual([expected]);
  }
});

test('a part that the linker unites later follows what was decided', () => {
  const names = new Map<string, string>();
  const sampler = new Sampler(CONFIG, (id) => names.get(id) ?? id, 0);
  sampler.offer(record(1, 1, { hasError: true }), 0);
  sampler.offer(record(2, 2), 500);
  expect(sampler.judge(1000).traces).toEqual([hex(1)]);
  names.set(hex(2), hex(1));
  const later = sampler.judge(1500);
  expect(later.traces).toEqual([hex(2)]);
  expect([...later.counts]).toEqual([['kept late', { traces: 0, spans: 1 }]]);
});

test('a trace that never falls silent is judged after all; attributes can say what becomes of it', () => {
  const sampler = new Sampler(CONFIG, (id) => id, 0);
  for (let now = 0; now <= 6000; now += 500) {
    sampler.offer(record(1, now + 1, { rule: 'always' }), now);
    if (now < 6000) expect(sampler.judge(now).counts.size).toBe(0);
  }
  sampler.offer(record(2, 1, { rule: 'never', hasError: true }), 0);
  expect([...sampler.judge(6000).counts.keys()]).toEqual(['kept rule', 'dropped never']);
});

test('a trace made of other parts than the rest is kept', () => {
  const sampler = new Sampler({ ...CONFIG, rareBelow: 1 }, (id) => id, 0);
  for (let i = 1; i <= 50; i++) {
    sampler.offer(record(i, i * 2, { endpoint: 1 }), 0);
    sampler.offer(record(i, i * 2 + 1, { endpoint: i === 50 ? 3 : 2 }), 0);
  }
  expect(sampler.judge(1000).traces).toEqual([hex(1), hex(50)]);
});

test('a trace that moves to another server is judged there, or as it was here', () => {
  const [from, to] = [new Sampler(CONFIG, (id) => id, 0), new Sampler(CONFIG, (id) => id, 0)];
  for (const [id, hasError] of [
    [1, true],
    [2, false],
  ] as const) {
    from.offer(record(id, 1, { hasError }), 0);
  }
  from.judge(1000);
  from.offer(record(3, 1, { hasError: true }), 1000);
  for (const id of [1, 2, 3]) {
    const verdict = from.leave(record(id, 1));
    expect(verdict).toBe(['kept', 'dropped', null][id - 1]);
    to.offer(record(id, 1, { hasError: id === 3, verdict }), 1500);
    to.offer(record(id, 2), 1600);
  }
  expect(from.judge(9000).counts.size).toBe(0);
  const verdicts = to.judge(3000);
  expect(verdicts.traces).toEqual([hex(3)]);
  expect(verdicts.lateSpans.map(({ traceId }) => traceId)).toEqual([hex(1)]);
});

test('whatever the order in which spans come, all of a trace are kept or none', () => {
  const arrivals = fc.array(
    fc.record({ trace: fc.integer({ min: 1, max: 8 }), pause: fc.nat(900), hasError: fc.boolean() }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 3 }), (all, alike) => {
      const nameOf = (id: string) => hex(Number.parseInt(id, 16) % alike);
      const sampler = new Sampler({ ...CONFIG, spansPerSecond: 2 }, nameOf, 0);
      const [kept, late] = [new Set<string>(), new Set<string>()];
      const spans = new Map<string, string[]>();
      let counted = 0;
      let now = 0;
      const judge = () => {
        const { traces, lateSpans, counts } = sampler.judge(now);
        for (const id of traces) for (const span of spans.get(id)!) kept.add(span);
        for (const { spanId } of lateSpans) late.add(spanId);
        for (const { spans: number } of counts.values()) counted += number;
      };
      for (const [i, { trace, pause, hasError }] of all.entries()) {
        now += pause;
        spans.set(hex(trace), [...(spans.get(hex(trace)) ?? []), `00000000${(i + 1).toString(16).padStart(8, '0')}`]);
        sampler.offer(record(trace, i + 1, { hasError }), now);
        judge();
      }
      now += 10_000;
      judge();
      expect(counted).toBe(all.length);
      for (const group of Map.groupBy(spans, ([id]) => nameOf(id)).values()) {
        const states = new Set(group.flatMap(([, ids]) => ids.map((id) => kept.has(id) || late.has(id))));
        expect(states.size).toBe(1);
      }
    }),
  );
});
