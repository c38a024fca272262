import { binOf, HIGHEST_BIN, HISTOGRAM_SCALE, LOWEST_BIN, quantile } from '@sonde/model';
import type { ExponentialHistogramPoint } from '@sonde/otlp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explicitBins, exponentialBins, nanosecondsPer } from './histogram.ts';

const times = { attributes: {}, startTimeUnixNano: 0n, timeUnixNano: 1n };

function exponential(scale: number, offset: number, bucketCounts: number[], zeroCount = 0): ExponentialHistogramPoint {
  const count = bucketCounts.reduce((sum, each) => sum + each, zeroCount);
  return { ...times, scale, zeroCount, positive: { offset, bucketCounts }, count, sum: 0 };
}

describe('exponentialBins', () => {
  test('of the same scale are taken as they are', () => {
    expect(exponentialBins(exponential(HISTOGRAM_SCALE, -290, [3, 0, 5], 2), 1e9)).toEqual({
      indexes: [LOWEST_BIN, -290, -288],
      counts: [2, 3, 5],
    });
  });

  test('of a finer scale fall into the bin that holds them', () => {
    expect(exponentialBins(exponential(8, -9, [1, 1, 1, 1, 1, 1]), 1e9)).toEqual({
      indexes: [-3, -2, -1],
      counts: [1, 4, 1],
    });
  });

  test('of a coarser scale are spread evenly over the bins they are made of, a single one in the middle', () => {
    expect(exponentialBins(exponential(5, 20, [5, 1]), 1e9)).toEqual({ indexes: [40, 41, 42], counts: [3, 2, 1] });
    expect(exponentialBins(exponential(0, 0, [4]), 1e9)).toEqual({ indexes: [7, 23, 39, 55], counts: [1, 1, 1, 1] });
    expect(exponentialBins(exponential(0, 0, [1]), 1e9)).toEqual({ indexes: [31], counts: [1] });
    const all = exponentialBins(exponential(0, -1, [64]), 1e9);
    expect([all.indexes.at(0), all.indexes.at(-1), new Set(all.counts)]).toEqual([-64, -1, new Set([1])]);
  });

  test('a bin that reaches over the ends keeps its count', () => {
    const bins = exponentialBins(exponential(-4, -1, [1000, 500]), 1e9);
    expect(bins.counts.reduce((sum, n) => sum + n)).toBe(1500);
    expect([bins.indexes.at(0), bins.indexes.at(-1)]).toEqual([-1024, HIGHEST_BIN]);
  });

  test('agents of scale 5 stay as exact as their bins', () => {
    const value = fc.double({ min: 2e3, max: 5e11, noNaN: true });
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 9 }), (ns, amount) => {
        const index = Math.ceil(Math.log2(ns / 1e9) * 32) - 1;
        const bins = exponentialBins(exponential(5, index, [amount]), 1e9);
        for (const q of [0.01, 0.5, 1]) expect(Math.abs(quantile(bins, q)! / ns - 1)).toBeLessThan(0.0167);
      }),
    );
  });

  test('every value within the bins lands within half a source bin and half a target bin of where it was', () => {
    const value = fc.double({ min: 2e3, max: 5e11, noNaN: true });
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 10 }), fc.constantFrom('s', 'ms', 'us'), (ns, scale, unit) => {
        const per = nanosecondsPer(unit)!;
        const index = Math.ceil(Math.log2(ns / per) * 2 ** scale) - 1;
        const bins = exponentialBins(exponential(scale, index, [1]), per);
        const off = Math.abs(Math.log2(quantile(bins, 0.5)! / ns));
        expect(off).toBeLessThanOrEqual(2 ** -(scale + 1) + 2 ** -7 + 2 ** -6);
      }),
    );
  });

  test('what is out of bounds is kept at the ends', () => {
    const bins = exponentialBins(exponential(-10, -2_000_000_000, [1]), 1e9);
    expect(bins).toEqual({ indexes: [LOWEST_BIN], counts: [1] });
    expect(exponentialBins(exponential(5, 2_000_000_000, [1]), 1e9)).toEqual({ indexes: [HIGHEST_BIN], counts: [1] });
  });
});

describe('explicitBins', () => {
  const explicit = (explicitBounds: number[], bucketCounts: number[], count: number, sum: number) =>
    explicitBins({ ...times, explicitBounds, bucketCounts, count, sum }, 1e9);

  test('buckets go to the geometric middle, the first to half, the last to its bound', () => {
    const bins = explicit([0.01, 0.04, 1], [1, 2, 0, 4], 7, 9);
    expect(bins).toEqual({ indexes: [binOf(5e6), binOf(20e6), binOf(1e9)], counts: [1, 2, 4] });
  });

  test('the least and the greatest value are bounds of the buckets they are in', () => {
    const point = { ...times, explicitBounds: [5, 10], bucketCounts: [2, 1, 3], count: 6, sum: 60, min: 0.05, max: 40 };
    expect(explicitBins(point, 1e9)).toEqual({
      indexes: [binOf(5e8), binOf(50 ** 0.5 * 1e9), binOf(20e9)],
      counts: [2, 1, 3],
    });
  });

  test.each([
    ['without buckets', [], []],
    ['all in one bucket', [5, 10], [4, 0, 0]],
  ])('%s everything is at the average', (_, bounds, counts) => {
    expect(explicit(bounds, counts, 4, 2)).toEqual({ indexes: [binOf(5e8)], counts: [4] });
  });
});
