import { describe, expect, it } from 'vitest';
import { matches, parseSort, sorted, sortText } from './compare.ts';

describe('sorted', () => {
  const rows = [
    { n: 'b10', v: 2 },
    { n: 'b9', v: null },
    { n: 'a', v: 7 },
  ];

  it('puts what was not measured last in both directions', () => {
    expect(sorted(rows, ({ v }) => v, false).map(({ v }) => v)).toEqual([2, 7, null]);
    expect(sorted(rows, ({ v }) => v, true).map(({ v }) => v)).toEqual([7, 2, null]);
  });

  it('orders numbers within names as numbers, and leaves the input alone', () => {
    expect(sorted(rows, ({ n }) => n, false).map(({ n }) => n)).toEqual(['a', 'b9', 'b10']);
    expect(rows[0].n).toBe('b10');
  });
});

describe('sort in the URL', () => {
  it.each(['name', '-p95'])('%s comes back as it was', (text) => {
    expect(sortText(parseSort(text))).toBe(text);
  });
});

describe('matches', () => {
  it('wants every word somewhere, in any case', () => {
    expect(matches('DB pg', 'orders-db', 'pgsql')).toBe(true);
    expect(matches('db redis', 'orders-db', 'pgsql')).toBe(false);
    expect(matches('', 'anything')).toBe(true);
  });
});
