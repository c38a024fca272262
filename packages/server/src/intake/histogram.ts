import { type Bins, binOf, HIGHEST_BIN, HISTOGRAM_SCALE, LOWEST_BIN } from '@sonde/model';
import type { ExponentialHistogramPoint, HistogramPoint } from '@sonde/otlp';

/** Nanoseconds per unit, by the UCUM code metrics carry. */
const UNITS: Record<string, number> = { s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1, min: 60e9, h: 3600e9 };

/** Nanoseconds per unit of a time metric; without a unit it is seconds, as the semantic conventions have it. */
export function nanosecondsPer(unit: string): number | null {
  return unit === '' ? UNITS.s : (UNITS[unit] ?? null);
}

function binsOf(counts: ReadonlyMap<number, number>): Bins {
  const indexes = [...counts.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => counts.get(index)!) };
}

function count(into: Map<number, number>, bin: number, amount: number): void {
  if (amount > 0) into.set(bin, (into.get(bin) ?? 0) + amount);
}

const clamp = (bin: number) => Math.min(HIGHEST_BIN, Math.max(LOWEST_BIN, bin));

/** Spreads a bin that is `parts` bins of the model, the first of them `first`, evenly over them. */
function spread(into: Map<number, number>, first: number, parts: number, amount: number): void {
  const upTo = (part: number) => Math.floor((part / parts) * amount + 0.5);
  const end = Math.min(parts, HIGHEST_BIN - first);
  const start = Math.max(0, LOWEST_BIN - first);
  if (start >= end) {
    count(into, clamp(first), amount);
    return;
  }
  count(into, LOWEST_BIN, upTo(start));
  for (let part = start; part < end; part++) count(into, first + part, upTo(part + 1) - upTo(part));
  count(into, HIGHEST_BIN, amount - upTo(end));
}

/**
 * Bins of the model from an exponential histogram. Exact for seconds at the model's scale or a finer one, since two
 * neighbouring bins of scale n are one of scale n-1. A coarser bin is spread evenly over the bins it is made of, which
 * leaves a percentile within that bin; in another unit than seconds a bin moves as a whole to where its middle is.
 * Source: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-scale
 */
export function exponentialBins(point: ExponentialHistogramPoint, unitNanoseconds: number): Bins {
  const counts = new Map<number, number>();
  count(counts, LOWEST_BIN, point.zeroCount);
  const { scale, positive } = point;
  const divisor = 2 ** (scale - HISTOGRAM_SCALE);
  positive.bucketCounts.forEach((amount, i) => {
    const index = positive.offset + i;
    if (unitNanoseconds !== 1e9) count(counts, binOf(2 ** ((index + 0.5) * 2 ** -scale) * unitNanoseconds), amount);
    else if (divisor >= 1) count(counts, clamp(Math.floor(index / divisor)), amount);
    else spread(counts, index / divisor, 1 / divisor, amount);
  });
  return binsOf(counts);
}

/**
 * Bins of the model from explicit bounds: each bucket goes as a whole to the geometric middle of its bounds, the first
 * to half its bound, the last to its lower bound; the least and the greatest value are bounds too where they are known.
 * What is all in one bucket, or in none, goes to the average. Averages stay exact, percentiles are as coarse as the bounds.
 */
export function explicitBins(point: HistogramPoint, unitNanoseconds: number): Bins {
  const counts = new Map<number, number>();
  const { explicitBounds: bounds, min = 0, max } = point;
  const amounts = point.bucketCounts.length === 0 ? [point.count] : point.bucketCounts;
  const used = amounts.filter((amount) => amount > 0);
  if (used.length <= 1) {
    for (const amount of used) count(counts, binOf((point.sum / point.count) * unitNanoseconds), amount);
    return binsOf(counts);
  }
  amounts.forEach((amount, i) => {
    const low = Math.max(min, i === 0 ? 0 : bounds[i - 1]);
    const high = Math.max(low, Math.min(bounds[i] ?? max ?? low, max ?? Number.POSITIVE_INFINITY));
    const middle = low > 0 ? Math.sqrt(low * high) : high / 2;
    count(counts, binOf(middle * unitNanoseconds), amount);
  });
  return binsOf(counts);
}
