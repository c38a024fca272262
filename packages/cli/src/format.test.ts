import { LOWEST_BIN, quantile } from '@sonde/model';
import { expect, test } from 'vitest';
import { formatCount, formatDuration, formatShare } from './format.ts';

test.each([
  [null, '-'],
  [0, '0 ns'],
  [512, '512 ns'],
  [quantile({ indexes: [LOWEST_BIN], counts: [1] }, 0.5), '<1 µs'],
  [999.7, '1 µs'],
  [1234, '1.23 µs'],
  [999_499, '999 µs'],
  [999_600, '1 ms'],
  [45_678_901, '45.7 ms'],
  [2_500_000_000, '2.5 s'],
  [1_234_567_000_000, '1235 s'],
])('%j ns is %s', (nanoseconds, text) => {
  expect(formatDuration(nanoseconds)).toBe(text);
});

test.each([
  [null, '-'],
  [0, '0 %'],
  [0.1234, '12.3 %'],
  [1, '100 %'],
])('the share %j is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [999, '999'],
  [1234, '1.23k'],
  [12_345_678, '12.3M'],
])('the count %j is %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});
