import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bins, binOf, boundOfBin, HISTOGRAM_SCALE, quantile, valueOfBin } from './histogram.ts';

/** What a bin loses at most: half of it. 2^(1/128) - 1. */
const HALF_BIN = 2 ** (1 / 2 ** (HISTOGRAM_SCALE + 1)) - 1;

function binsOf(durations: readonly number[]): Bins {
  const counts = new Map<number, number>();
  for (const ns of durations) counts.set(binOf(ns), (counts.get(binOf(ns)) ?? 0) + 1);
  const indexes = [...counts.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => counts.get(index)!) };
}

const nearestRank = (durations: readonly number[], q: number) =>
  durations.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * durations.length)) - 1];

const off = (seen: number, truth: number) => Math.abs(seen / truth - 1);

test('a percentile is within 1 % of the duration of nearest rank, whatever the durations are', () => {
  expect(HALF_BIN).toBeLessThan(0.0055);
  const duration = fc.double({ min: 1000, max: 1e12, noNaN: true });
  // Also where all lie within one bin, at its very ends.
  const narrow = fc
    .integer({ min: -1279, max: 639 })
    .chain((bin) => fc.array(fc.constantFrom(boundOfBin(bin) * (1 + 1e-12), boundOfBin(bin + 1) * (1 - 1e-12))));
  fc.assert(
    fc.property(fc.oneof(fc.array(duration), narrow), fc.double({ min: 0, max: 1, noNaN: true }), (durations, q) => {
      const seen = quantile(binsOf(durations), q);
      if (durations.length === 0) expect(seen).toBeNull();
      else expect(off(seen!, nearestRank(durations, q))).toBeLessThanOrEqual(HALF_BIN + 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('each bin: both ends are within half of it; with scale 5 no value would be within 1 % of both', () => {
  for (let bin = -1280; bin < 640; bin++) {
    const [low, high] = [boundOfBin(bin), boundOfBin(bin + 1)];
    expect(off(valueOfBin(bin), low)).toBeLessThanOrEqual(HALF_BIN + 1e-12);
    expect(off(valueOfBin(bin), high)).toBeLessThanOrEqual(HALF_BIN + 1e-12);
  }
  const base = 2 ** (1 / 32);
  const best = (2 * base) / (1 + base);
  expect(Math.min(off(best, 1), off(best, base))).toBeGreaterThan(0.0108);
});
