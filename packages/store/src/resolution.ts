import { DAY, GRAINS, type Grain, type TablesOfGrain, WIDER, type Wider } from './schema.ts';

/** A half-open interval in seconds to be read from the rows of one resolution. */
export interface Segment {
  readonly grain: Grain | Wider;
  readonly from: number;
  readonly to: number;
}

/** How a range is read. Bounds are seconds since the epoch, widened to whole steps. */
export interface Plan {
  readonly from: number;
  readonly to: number;
  /** Width of one point of a time series, in seconds. */
  readonly step: number;
  /** Disjoint cover of the range for sums over all of it: the coarsest rows that fit, finer ones at both ends. */
  readonly total: readonly Segment[];
  /** The same for series: no row is wider than a step. */
  readonly series: readonly Segment[];
}

const HOUR = 3600;

const STEPS = [10, 20, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY];

/** Second from which on each resolution still has all its rows; absent where nothing was removed. */
export type Horizon = Partial<Record<Grain, number>>;

const down = (value: number, unit: number) => Math.floor(value / unit) * unit;
const up = (value: number, unit: number) => Math.ceil(value / unit) * unit;

function split(from: number, to: number, grains: readonly Segment['grain'][]): Segment[] {
  if (from >= to) return [];
  const grain = grains[grains.length - 1];
  const finer = grains.slice(0, -1);
  if (finer.length === 0) return [{ grain, from, to }];
  const start = up(from, grain);
  const end = down(to, grain);
  if (start >= end) return split(from, to, finer);
  return [...split(from, start, finer), { grain, from: start, to: end }, ...split(end, to, finer)];
}

/** Plans the reading of [from, to), seconds since the epoch, with series of at most about `points` points. */
export function planRange(from: number, to: number, points = 100, horizon: Horizon = {}): Plan {
  const finest = GRAINS.find((grain) => from >= (horizon[grain] ?? 0)) ?? HOUR;
  const step = STEPS.find((candidate) => candidate >= finest && (to - from) / candidate <= points) ?? 30 * DAY;
  const start = down(from, step);
  const end = up(to, step);
  const grains = GRAINS.filter((grain) => grain >= finest);
  const narrow = grains.filter((grain) => grain <= step);
  return { from: start, to: end, step, total: split(start, end, grains), series: split(start, end, narrow) };
}

/**
 * The same cover by the widest rows the tables have; no row is wider than `step`, of which each is a part. A table that has
 * rows of five minutes or days takes them for minutes or hours.
 */
export function widened(segments: readonly Segment[], tables: TablesOfGrain, step = DAY): readonly Segment[] {
  return segments.flatMap((segment) => {
    const wider = segment.grain === 60 || segment.grain === HOUR ? WIDER[segment.grain] : null;
    if (wider === null || tables[wider] === undefined || step % wider !== 0) return [segment];
    return split(segment.from, segment.to, [segment.grain, wider]);
  });
}

/** Whole hours of a plan, and what is left of it before and after them. */
export function hoursOf({ from, to }: Plan): { readonly hours: Segment | null; readonly ends: readonly Segment[] } {
  const parts = split(from, to, [10, HOUR]);
  return { hours: parts.find(({ grain }) => grain === HOUR) ?? null, ends: parts.filter(({ grain }) => grain === 10) };
}
