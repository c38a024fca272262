import { type Bins, boundOfBin, valueOfBin } from '@sonde/model';
import type { Measures } from '@sonde/store';

export function totalOf(bins: Bins): number {
  return bins.counts.reduce((sum, count) => sum + count, 0);
}

/** Counts of bins whose middle is at least `threshold` nanoseconds; the bin the threshold lies in goes as a whole. */
export function countFrom(bins: Bins, threshold: number): number {
  return bins.indexes.reduce((sum, bin, i) => (valueOfBin(bin) >= threshold ? sum + bins.counts[i] : sum), 0);
}

/**
 * Apdex of a threshold in nanoseconds: (satisfied + tolerating / 2) / all. Satisfied are durations up to T, tolerating
 * those up to 4 T; an error is neither. `null` without durations.
 * Source: Apdex Technical Specification 1.1, https://www.apdex.org.
 */
export function apdexOf({ bins, errorBins }: Pick<Measures, 'bins' | 'errorBins'>, threshold: number): number | null {
  const all = totalOf(bins);
  if (all === 0) return null;
  const upTo = (limit: number) => {
    const count = (part: Bins) =>
      part.indexes.reduce((sum, bin, i) => (valueOfBin(bin) <= limit ? sum + part.counts[i] : sum), 0);
    return count(bins) - count(errorBins);
  };
  const satisfied = upTo(threshold);
  return (satisfied + (upTo(4 * threshold) - satisfied) / 2) / all;
}

/** The middle of the highest bin in use, `null` where nothing was measured. */
export function greatestOf(bins: Bins): number | null {
  for (let i = bins.indexes.length - 1; i >= 0; i--) if (bins.counts[i] > 0) return valueOfBin(bins.indexes[i]);
  return null;
}

/** Equally wide groups of bins, at most `most`, that cover all bins in use. */
export interface Rows {
  readonly lowest: number;
  /** Bins a row. */
  readonly width: number;
  readonly count: number;
}

export function rowsFor(bins: Bins, most: number): Rows {
  const used = bins.indexes.filter((_, i) => bins.counts[i] > 0);
  if (used.length === 0) return { lowest: 0, width: 1, count: 0 };
  const span = used[used.length - 1] - used[0] + 1;
  const width = Math.ceil(span / most);
  return { lowest: used[0], width, count: Math.ceil(span / width) };
}

export function boundsOf({ lowest, width, count }: Rows): number[] {
  return count === 0 ? [] : Array.from({ length: count + 1 }, (_, i) => boundOfBin(lowest + i * width));
}

export function countsIn({ lowest, width, count }: Rows, bins: Bins): number[] {
  const counts = new Array<number>(count).fill(0);
  bins.indexes.forEach((bin, i) => {
    const row = Math.floor((bin - lowest) / width);
    if (row >= 0 && row < count) counts[row] += bins.counts[i];
  });
  return counts;
}
