import { describe, expect, it } from 'vitest';
import {
  dragRange,
  fillSteps,
  quickOffset,
  rangeText,
  resolveRange,
  resolveTime,
  shiftRange,
  widenRange,
} from './time.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('resolveTime', () => {
  it.each([
    ['now', NOW],
    ['now-15m', NOW - 900_000],
    ['now-90s', NOW - 90_000],
    ['now-7d', NOW - 604_800_000],
    ['now-1w', NOW - 604_800_000],
    [1_700_000_000_000, 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['2026-11-22T11:00:00Z', NOW - 3_600_000],
  ])('reads %s', (input, expected) => {
    expect(resolveTime(input, NOW)).toBe(expected);
  });

  it.each(['', 'now-', 'now-15', 'now+15m', 'now-15y', 'yesterday', 'now-15m ', '12', -1, Number.NaN])(
    'refuses %j',
    (input) => {
      expect(resolveTime(input, NOW)).toBeNull();
    },
  );
});

describe('ranges', () => {
  it('is none where the start is not before the end', () => {
    expect(resolveRange({ from: 'now', to: 'now-5m' }, NOW)).toBeNull();
    expect(resolveRange({ from: 'now', to: 'now' }, NOW)).toBeNull();
    expect(resolveRange({ from: 'now-5m', to: 'now' }, NOW)).toEqual({ from: NOW - 300_000, to: NOW });
  });

  it('knows a quick range from any other', () => {
    expect(quickOffset({ from: 'now-6h', to: 'now' })).toBe('6h');
    expect(quickOffset({ from: 'now-6h', to: 'now-1h' })).toBeNull();
    expect(quickOffset({ from: NOW, to: 'now' })).toBeNull();
  });

  it('moves by its own width, never past now', () => {
    const range = { from: 'now-15m', to: 'now' };
    const earlier = shiftRange(range, -1, NOW)!;
    expect(earlier).toEqual({ from: NOW - 1_800_000, to: NOW - 900_000 });
    expect(shiftRange(earlier, 1, NOW)).toEqual({ from: NOW - 900_000, to: NOW });
    expect(shiftRange(range, 1, NOW)).toEqual({ from: NOW - 900_000, to: NOW });
  });

  it('widens to twice the width, never past now', () => {
    expect(widenRange({ from: 'now-10m', to: 'now' }, NOW)).toEqual({ from: NOW - 1_200_000, to: NOW });
    expect(widenRange({ from: NOW - 400_000, to: NOW - 200_000 }, NOW)).toEqual({
      from: NOW - 500_000,
      to: NOW - 100_000,
    });
  });

  it('takes a drag in either direction, whole seconds outward and no narrower than ten', () => {
    expect(dragRange(60_400, 20_600)).toEqual({ from: 20_000, to: 61_000 });
    expect(dragRange(30_000, 31_000)).toEqual({ from: 25_500, to: 35_500 });
  });

  it('names the day of the end only where it is another', () => {
    const noon = new Date(2026, 10, 22, 12, 0, 0).getTime();
    expect(rangeText(noon, noon + 61_000)).toBe('2026-11-22 12:00:00 – 12:01:01');
    expect(rangeText(noon, noon + 86_400_000)).toBe('2026-11-22 12:00:00 – 2026-11-23 12:00:00');
  });
});

describe('fillSteps', () => {
  const absent = (time: number) => ({ time, value: 0 });

  it('has a point for every step of the range, in the phase of those there are', () => {
    const filled = fillSteps(
      [
        { time: 25, value: 1 },
        { time: 45, value: 2 },
      ],
      10,
      21,
      60,
      absent,
    );
    expect(filled.map(({ time, value }) => [time, value])).toEqual([
      [25, 1],
      [35, 0],
      [45, 2],
      [55, 0],
    ]);
  });

  it('keeps the step in which the range starts', () => {
    expect(fillSteps([{ time: 20, value: 1 }], 10, 24, 40, absent).map(({ time }) => time)).toEqual([20, 30]);
  });

  it('leaves a series alone whose step says nothing', () => {
    expect(fillSteps([{ time: 5, value: 1 }], 0, 0, 100, absent)).toEqual([{ time: 5, value: 1 }]);
  });
});
