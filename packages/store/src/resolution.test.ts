import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, planRange, type Segment } from './resolution.ts';

const NOON = Date.UTC(2026, 5, 1, 12) / 1000;
const at = (clock: string) => Date.parse(`2026-06-01T${clock}Z`) / 1000;

const seconds = fc.integer({ min: 0, max: 4e9 });
const ranges = fc.tuple(seconds, fc.integer({ min: 1, max: 2.5e8 }));

const covered = (segments: readonly Segment[]) => segments.map(({ from, to }) => [from, to]);

describe('planRange', () => {
  test('15 minutes: steps of 10 s, sums from whole minutes with 10 s at the ends', () => {
    expect(planRange(at('12:00:37'), at('12:15:38'))).toEqual({
      from: at('12:00:30'),
      to: at('12:15:40'),
      step: 10,
      total: [
        { grain: 10, from: at('12:00:30'), to: at('12:01:00') },
        { grain: 60, from: at('12:01:00'), to: at('12:15:00') },
        { grain: 10, from: at('12:15:00'), to: at('12:15:40') },
      ],
      series: [{ grain: 10, from: at('12:00:30'), to: at('12:15:40') }],
    } satisfies Plan);
  });

  test('a day: steps of 15 minutes, sums from whole hours', () => {
    const plan = planRange(NOON - 86_400 + 1000, NOON + 1000);
    expect(plan.step).toBe(900);
    expect(plan.total.map(({ grain, from, to }) => [grain, to - from])).toEqual([
      [60, 2700],
      [3600, 23 * 3600],
      [60, 1800],
    ]);
    expect(new Set(plan.series.map(({ grain }) => grain))).toEqual(new Set([60]));
  });

  test('falls back to the resolution that still has the range', () => {
    const horizon = { 10: NOON, 60: NOON - 86_400 };
    expect(planRange(NOON, NOON + 60, 100, horizon).step).toBe(10);
    expect(planRange(NOON - 60, NOON, 100, horizon)).toMatchObject({ step: 60, total: [{ grain: 60 }] });
    expect(planRange(NOON - 90_000, NOON - 89_000, 100, horizon)).toMatchObject({
      step: 3600,
      total: [{ grain: 3600 }],
    });
  });

  test('segments cover the range once, in order, on bounds of their rows, and hold the range asked for', () => {
    fc.assert(
      fc.property(ranges, ([from, width]) => {
        const plan = planRange(from, from + width);
        expect(plan.from).toBeLessThanOrEqual(from);
        expect(plan.to).toBeGreaterThanOrEqual(from + width);
        expect(plan.from % plan.step).toBe(0);
        expect((plan.to - plan.from) / plan.step).toBeLessThanOrEqual(102);
        for (const segments of [plan.total, plan.series]) {
          const bounds = covered(segments).flat();
          expect([bounds[0], bounds.at(-1)]).toEqual([plan.from, plan.to]);
          for (let i = 1; i < segments.length; i++) expect(segments[i].from).toBe(segments[i - 1].to);
          for (const { grain, from: start, to } of segments) {
            expect([start % grain, to % grain, to > start]).toEqual([0, 0, true]);
          }
        }
        for (const { grain } of plan.series) expect(plan.step % grain).toBe(0);
      }),
    );
  });
});
