import { LOWEST_BIN, valueOfBin } from '@sonde/model';
import { describe, expect, it } from 'vitest';
import { bytes, cores, count, duration, exact, percent, perSecond, rate } from './format.ts';

describe('what was not measured', () => {
  it.each([duration, count, exact, perSecond, rate, percent, bytes, cores])('is a dash, never 0', (format) => {
    expect(format(null)).toBe('—');
    expect(format(undefined)).toBe('—');
    expect(format(Number.NaN)).toBe('—');
    expect(format(0)).not.toBe('—');
  });
});

describe('duration', () => {
  it.each([
    [0, '0 ns'],
    [850, '850 ns'],
    [valueOfBin(LOWEST_BIN), '<1 µs'],
    [valueOfBin(LOWEST_BIN + 1), '969 ns'],
    [999.9, '1.00 µs'],
    [84_000, '84.0 µs'],
    [999_600, '1.00 ms'],
    [12_345_678, '12.3 ms'],
    [999_999_999, '1.00 s'],
    [2_520_000_000, '2.52 s'],
    [119_000_000_000, '119 s'],
    [125_000_000_000, '2 m 05 s'],
    [3_660_000_000_000, '1 h 01 m'],
  ])('%d ns is %s', (ns, text) => {
    expect(duration(ns)).toBe(text);
  });
});

describe('percent', () => {
  it.each([
    [0, '0 %'],
    [0.00001, '<0.01 %'],
    [0.0123, '1.23 %'],
    [0.104, '10.4 %'],
    [0.9982, '99.8 %'],
    [0.99982, '99.98 %'],
    [0.999999, '>99.99 %'],
    [1, '100 %'],
  ])('%d is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('count', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [99_999, '99,999'],
    [123_456, '123 k'],
    [999_600, '1.00 M'],
    [1_234_567_890, '1.23 G'],
  ])('%d is %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  it('is in full where asked for', () => {
    expect(exact(1_234_567)).toBe('1,234,567');
  });
});

describe('rate', () => {
  it.each([
    [0, '0 req/s'],
    [0.004, '<0.01 req/s'],
    [0.05, '0.050 req/s'],
    [7.5, '7.50 req/s'],
    [215.3, '215 req/s'],
    [1_234, '1,234 req/s'],
    [250_000, '250 k req/s'],
  ])('%d is %s', (value, text) => {
    expect(rate(value)).toBe(text);
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 KB'],
    [916_400_000, '916 MB'],
    [1_390_000_000, '1.39 GB'],
  ])('%d is %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });
});
