import { expect, test } from 'vitest';
import { clockOffset, monotonic } from './clock.ts';

test('monotonic time goes on, in nanoseconds', () => {
  const before = monotonic();
  const end = performance.now() + 20;
  while (performance.now() < end);
  expect(monotonic() - before).toBeGreaterThanOrEqual(20e6);
  expect(monotonic() - before).toBeLessThan(5e9);
});

test('the offset turns it into time since the epoch; a busy machine may delay it', () => {
  const offset = clockOffset();
  const before = Date.now();
  const now = Number((BigInt(monotonic()) + offset) / 1_000_000n);
  expect(now).toBeGreaterThanOrEqual(before - 50);
  expect(now).toBeLessThanOrEqual(Date.now() + 50);
});

test('it stays what it was while the time of day is not set: times of two intervals do not overtake each other', () => {
  const offset = clockOffset();
  for (let i = 0; i < 3; i++) expect(clockOffset(offset + 1_000_000n)).toBe(offset + 1_000_000n);
  expect(clockOffset(offset + 3_600_000_000_000n)).toBeLessThan(offset + 60_000_000_000n);
});
