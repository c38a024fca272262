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
