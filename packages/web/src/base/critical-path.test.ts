import type { TraceSpan } from '@sonde/api';
import { describe, expect, it } from 'vitest';
import { blameOf, criticalPath } from './critical-path.ts';
import { at, randomTrace } from './trace-spans.case.ts';

const path = (...spans: TraceSpan[]) =>
  criticalPath(spans)
    .map(({ span, from, to }) => `${span.id} ${from}-${to}`)
    .join(', ');

const call = (id: string, start: number, end: number) => at(id, 'a', start, end, { kind: 'client' });
const a = at('a', '', 0, 100);

describe('the critical path', () => {
  const cases: [string, string, TraceSpan[]][] = [
    ['of nothing is nothing', '', []],
    ['of one span is the span', 'a 0-100', [a]],
    ['goes through a child', 'a 0-20, b 20-60, a 60-100', [a, at('b', 'a', 20, 60)]],
    [
      'goes through children that follow each other',
      'b 0-50, a 50-60, c 60-100',
      [a, call('b', 0, 50), call('c', 60, 100)],
    ],
    [
      'of those that run at once, takes the last to end',
      'a 0-20, c 20-90, a 90-100',
      [a, call('b', 10, 80), call('c', 20, 90)],
    ],
    [
      'takes what ended before the last one began',
      'a 0-5, b 5-30, a 30-40, c 40-90, a 90-100',
      [a, call('x', 10, 45), call('b', 5, 30), call('c', 40, 90)],
    ],
    [
      'goes down to grandchildren',
      'a 0-10, b 10-20, c 20-80, b 80-90, a 90-100',
      [a, at('b', 'a', 10, 90), at('c', 'b', 20, 80)],
    ],
    [
      'leaves out what a child does beyond its parent',
      'a 0-80, b 80-100',
      [a, at('b', 'a', 80, 130, { kind: 'internal' })],
    ],
    ['and what it did before', 'b 0-30, a 30-100', [a, at('b', 'a', -20, 30)]],
    ['leaves out what starts after its parent ended', 'a 0-100', [a, at('b', 'a', 100, 130)]],
    ['does not wait for a message to be worked on', 'a 0-100', [a, at('b', 'a', 10, 90, { kind: 'consumer' })]],
    ['knows no time of an empty span', 'a 0-100', [a, at('b', 'a', 50, 50)]],
    ['is that of the longest root', 'b 5-500', [a, at('b', 'gone', 5, 500)]],
  ];
  it.each(cases)('%s', (_, expected, spans) => expect(path(...spans)).toBe(expected));

  it('does not wait for a call that is answered after the caller was done, but for one a clock tick late', () => {
    const ms = (spans: TraceSpan[]) => spans.map((s) => ({ ...s, offset: s.offset * 1e6, duration: s.duration * 1e6 }));
    expect(criticalPath(ms([a, call('b', 50, 130)])).map(({ span }) => span.id)).toEqual(['a']);
    expect(criticalPath(ms([a, call('b', 50, 101)])).map(({ span }) => span.id)).toEqual(['a', 'b']);
  });

  it('covers the root without a gap or an overlap, each section within its span, whatever the tree', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const spans = randomTrace(seed, 1 + (seed % 60));
      const sections = criticalPath(spans);
      expect(sections[0].from).toBe(0);
      expect(sections.at(-1)!.to).toBe(10_000);
      for (const [i, { span, from, to }] of sections.entries()) {
        if (i > 0) expect(from).toBe(sections[i - 1].to);
        expect(from).toBeLessThan(to);
        expect(span.offset).toBeLessThanOrEqual(from);
        expect(span.offset + span.duration).toBeGreaterThanOrEqual(to);
      }
    }
  });

  it('takes a chain of 20,000', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => at(`${i}`, i === 0 ? '' : `${i - 1}`, i, 50_000 - i));
    expect(criticalPath(chain)).toHaveLength(39_999);
  });
});

describe('whose time it was', () => {
  it('is the way where both ends were seen, the called one where nobody watches it, else the service', () => {
    const spans = [
      at('s1', '', 0, 100, { service: 'shop' }),
      at('c1', 's1', 10, 60, { service: 'shop', kind: 'client', attributes: { 'sonde.peer.service': 'stock' } }),
      at('s2', 'c1', 15, 55, {
        service: 'stock',
        link: { method: 'sequence', confidence: 1 },
        attributes: { 'sonde.queue_wait': '3e-9' },
      }),
      at('c2', 's1', 60, 95, { service: 'shop', kind: 'client', attributes: { 'sonde.peer.service': 'bank' } }),
    ];
    expect(blameOf(criticalPath(spans), spans)).toEqual([
      { kind: 'service', name: 'stock', time: 40 },
      { kind: 'called', name: 'bank', time: 35 },
      { kind: 'service', name: 'shop', time: 15 },
      { kind: 'network', name: '', time: expect.closeTo(7) },
      { kind: 'queue', name: '', time: expect.closeTo(3) },
    ]);
  });
});
