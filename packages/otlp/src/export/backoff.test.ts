import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

const options = { initial: 500, max: 15_000 };

test('doubles up to the maximum, the upper half random', () => {
  expect([1, 2, 3, 6, 7, 5000].map((failures) => backoff(options, failures, 0, () => 0))).toEqual([
    250, 500, 1000, 7500, 7500, 7500,
  ]);
  expect(backoff(options, 2, 0, () => 0.5)).toBe(750);
  expect(backoff(options, 60, 0, () => 0.999)).toBeLessThanOrEqual(15_000);
});

test('waits as long as the server asked for, within reason', () => {
  expect(backoff(options, 1, 20_000, () => 0)).toBe(20_000);
  expect(backoff(options, 9, 1_000, () => 0)).toBe(7500);
  expect(backoff(options, 1, 1e12, () => 0)).toBe(300_000);
});
