import { describe, expect, test } from 'vitest';
import { parseRange, parseTime } from './range.ts';

const now = Date.UTC(2026, 5, 1, 12);

describe('parseTime', () => {
  test.each([
    ['now', now],
    ['now-15m', now - 900_000],
    ['now-1h', now - 3_600_000],
    ['now-30s', now - 30_000],
    ['now-2d', now - 172_800_000],
    ['now-1w', now - 604_800_000],
    ['now+5m', now + 300_000],
    [1_700_000_000_000, 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['2026-06-01', Date.UTC(2026, 5, 1)],
    ['2026-06-01T11:00:00Z', now - 3_600_000],
    ['2026-06-01T11:00:00.250Z', now - 3_599_750],
    ['2026-06-01T13:00:00+02:00', now - 3_600_000],
    ['now-999999999w', 0],
  ])('%s', (text, expected) => {
    expect(parseTime(text, now)).toBe(expected);
  });

  test.each([
    '',
    'yesterday',
    'now-',
    'now-1',
    'now-1y',
    'now - 1h',
    '-5',
    '1e3',
    '2026-13-01',
    '2026-06-01T25:00Z',
    '99999999999999999',
    -1,
    1.5,
  ])('%s is no time', (text) => {
    expect(parseTime(text, now)).toBeNull();
  });
});

test('parseRange names what is wrong', () => {
  expect(parseRange({ from: 'now-15m', to: 'now' }, now)).toEqual({ kind: 'time-range', from: now - 900_000, to: now });
  const code = 'SONDE_API_BAD_RANGE';
  expect(() => parseRange({ from: 'x', to: 'now' }, now)).toThrow(
    expect.objectContaining({ code, message: 'from=x is not a time' }),
  );
  expect(() => parseRange({ from: 'now', to: 'x' }, now)).toThrow(
    expect.objectContaining({ code, message: 'to=x is not a time' }),
  );
  expect(() => parseRange({ from: 5, to: 5 }, now)).toThrow(
    expect.objectContaining({ code, message: 'from (5) is not before to (5)' }),
  );
});
