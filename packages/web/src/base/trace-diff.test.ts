import { describe, expect, it } from 'vitest';
import { diffOf, greatestChanges, selfChange } from './trace-diff.ts';
import { at, randomTrace } from './trace-spans.case.ts';

const named = (name: string, more = {}) => ({ name, ...more });
const HERE = [
  at('a', '', 0, 100, named('GET /')),
  at('b1', 'a', 10, 40, named('SELECT', { error: true })),
  at('b2', 'a', 40, 60, named('SELECT')),
  at('c', 'b2', 45, 55, named('lookup')),
  at('d', 'a', 70, 75, named('PUBLISH')),
];
const THERE = [
  at('A', '', 5, 65, named('GET /')),
  at('E', 'A', 6, 18, named('auth')),
  at('B', 'A', 20, 30, named('SELECT')),
];

describe('two traces laid over each other', () => {
  const rows = diffOf(HERE, THERE);
  it('are one tree, what runs several times at one place one row of it', () => {
    expect(rows.map(({ depth, name, here, there }) => [depth, name, here?.count ?? 0, there?.count ?? 0])).toEqual([
      [0, 'GET /', 1, 1],
      [1, 'auth', 0, 1],
      [1, 'SELECT', 2, 1],
      [2, 'lookup', 1, 0],
      [1, 'PUBLISH', 1, 0],
    ]);
    expect(rows[2].here).toEqual({ count: 2, errors: 1, time: 50, self: 40, first: 'b1' });
  });

  it('name what changed most by itself', () => {
    expect(greatestChanges(rows, 3).map((row) => [row.name, selfChange(row)])).toEqual([
      ['SELECT', 30],
      ['auth', -12],
      ['lookup', 10],
    ]);
  });

  it('of which one is empty are all of the other', () => {
    expect(diffOf(HERE, []).map(({ there }) => there)).toEqual([null, null, null, null]);
  });

  it('that are one and the same differ in nothing, whatever the tree, and lose no span', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const spans = randomTrace(seed, 80).map((span) => ({ ...span, name: `n${span.id.length}` }));
      const same = diffOf(spans, spans);
      expect(same.reduce((sum, row) => sum + row.here!.count, 0)).toBe(80);
      expect(greatestChanges(same, 9)).toEqual([]);
    }
  });

  it('may be 20,000 deep', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => at(`${i}`, i === 0 ? '' : `${i - 1}`, i, 50_000 - i));
    expect(diffOf(chain, chain)).toHaveLength(20_000);
  });
});
