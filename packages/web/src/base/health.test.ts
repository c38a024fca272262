import { describe, expect, it } from 'vitest';
import { completenessLevel, errorLevel, statusClass, step5 } from './health.ts';

describe('levels', () => {
  it('has bounds that belong to the worse side', () => {
    expect([null, 0, 0.0099, 0.01, 0.0499, 0.05].map(errorLevel)).toEqual(['none', 'ok', 'ok', 'warn', 'warn', 'bad']);
    expect([null, 1, 0.9989, 0.99, 0.98].map(completenessLevel)).toEqual(['none', 'ok', 'warn', 'warn', 'bad']);
  });
});

describe('statusClass', () => {
  it.each([
    ['200', false, '2xx'],
    ['404', false, '4xx'],
    ['503', true, '5xx'],
    ['OK', false, 'ok'],
    ['42P01', true, 'error'],
    ['600', true, 'error'],
  ] as const)('%s is %s', (status, error, expected) => {
    expect(statusClass(status, error)).toBe(expected);
  });
});

describe('step5', () => {
  it('spreads a range over five steps by its logarithm', () => {
    expect([1, 9, 99, 999, 9_999, 100_000].map((value) => step5(value, 1, 100_000))).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it('knows no step for no value, and one for a lone value', () => {
    expect(step5(null, 1, 10)).toBeNull();
    expect(step5(5, 5, 5)).toBe(4);
    expect(step5(0, 0, 5)).toBe(0);
  });
});
