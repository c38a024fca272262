import type { TraceSpan } from '@sonde/api';
import { describe, expect, it } from 'vitest';
import { firstAfter, flameOf, spanAt } from './flame.ts';
import { rowsOf } from './trace-rows.ts';
import { at, randomTrace } from './trace-spans.case.ts';

const lines = (...spans: TraceSpan[]) => flameOf(rowsOf(spans)).map((line) => line.map(({ id }) => id).join(' '));

describe('a flame graph', () => {
  it('has children below their parent, one after the other in one line', () => {
    const a = at('a', '', 0, 100);
    expect(lines(a, at('b', 'a', 0, 40), at('c', 'a', 40, 90), at('d', 'b', 5, 20))).toEqual(['a', 'b c', 'd']);
    expect(lines()).toEqual([]);
  });

  it('has a lane each for those that run at the same time, with room for what is below them', () => {
    const spans = [
      at('a', '', 0, 100),
      at('b', 'a', 0, 50),
      at('c', 'a', 20, 70),
      at('d', 'b', 1, 9),
      at('e', 'a', 60, 80),
    ];
    expect(lines(...spans)).toEqual(['a', 'b e', 'd', 'c']);
  });

  it('keeps room for what a subtree does after its top has ended', () => {
    expect(lines(at('a', '', 0, 100), at('b', 'a', 0, 10), at('c', 'b', 5, 50), at('d', 'a', 20, 30))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('has roots side by side and each span once, none over another, below its parent, whatever the tree', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const spans = [...randomTrace(seed, 60), at('r', '', 1e6, 2e6)];
      const flame = flameOf(rowsOf(spans));
      const lineOf = new Map(flame.flatMap((line, i) => line.map(({ id }) => [id, i] as const)));
      expect(lineOf.size).toBe(spans.length);
      expect(lineOf.get('r')).toBe(0);
      for (const { id, parent } of spans)
        if (parent !== '') expect(lineOf.get(id)).toBeGreaterThan(lineOf.get(parent)!);
      for (const line of flame) {
        for (let i = 1; i < line.length; i++) {
          expect(line[i].offset).toBeGreaterThanOrEqual(line[i - 1].offset + line[i - 1].duration);
        }
      }
    }
  });

  it('arranges 10,000 spans, also where all run at once', () => {
    const wide = Array.from({ length: 9_999 }, (_, i) => at(`${i}`, 'a', i, 20_000 + i));
    expect(flameOf(rowsOf([at('a', '', 0, 40_000), ...wide]))).toHaveLength(10_000);
  });

  it('finds the span at a time, or the nearest within the slack', () => {
    const line = [at('a', '', 0, 10), at('b', '', 20, 30), at('c', '', 31, 31)];
    expect(firstAfter(line, 15)).toBe(1);
    expect(spanAt(line, 25, 0)?.id).toBe('b');
    expect(spanAt(line, 15, 1)).toBe(undefined);
    expect(spanAt(line, 12, 5)?.id).toBe('a');
    expect(spanAt(line, 31, 1)?.id).toBe('c');
    expect(spanAt(undefined, 1, 1)).toBe(undefined);
  });
});
