import type { Bins } from '@sonde/model';

/** What every list sums: counts, nanoseconds, bytes, and the merged bins of all durations. */
export interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly durationSum: number;
  readonly bins: Bins;
  readonly queueWaitSum: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Sums from which Apdex can be told, too. */
export interface Measures extends Sums {
  /** Of `bins`, those of the errors. */
  readonly errorBins: Bins;
}

/** A row with `SUMS` as the database answers it. */
export interface SumColumns {
  requests: number;
  errors: number;
  duration_sum: number;
  bins: [number[], number[]];
  queue_wait_sum: number;
  request_bytes: number;
  response_bytes: number;
}

/** A row with `MEASURES` as the database answers it. */
export interface MeasureColumns extends SumColumns {
  error_bins: [number[], number[]];
}

/** Columns to select from a source of `source()`. */
export const SUMS = `sum(count) AS requests, sum(errors) AS errors, sum(duration_sum) AS duration_sum,
  (mapKeys(sumMap(bins) AS merged), mapValues(merged)) AS bins,
  sum(queue_wait_sum) AS queue_wait_sum, sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes`;

export const MEASURES = `${SUMS},
  (mapKeys(sumMap(failed) AS merged_failed), mapValues(merged_failed)) AS error_bins`;

/** What `SUMS` is made of. */
export const SUMMED_COLUMNS = [
  'count',
  'errors',
  'duration_sum',
  'bins',
  'queue_wait_sum',
  'request_bytes',
  'response_bytes',
];

export const MEASURED_COLUMNS = [
  ...SUMMED_COLUMNS,
  `if(errors > 0, bins, CAST(map(), 'Map(Int16, UInt64)')) AS failed`,
];

export const NOTHING: Measures = {
  requests: 0,
  errors: 0,
  durationSum: 0,
  bins: { indexes: [], counts: [] },
  errorBins: { indexes: [], counts: [] },
  queueWaitSum: 0,
  requestBytes: 0,
  responseBytes: 0,
};

export function sumsOf(row: SumColumns): Sums {
  return {
    requests: row.requests,
    errors: row.errors,
    durationSum: row.duration_sum,
    bins: { indexes: row.bins[0], counts: row.bins[1] },
    queueWaitSum: row.queue_wait_sum,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
  };
}

export function measuresOf(row: MeasureColumns): Measures {
  return { ...sumsOf(row), errorBins: { indexes: row.error_bins[0], counts: row.error_bins[1] } };
}

/** The bins of both, ascending. */
export function mergeBins(a: Bins, b: Bins): Bins {
  if (a.indexes.length === 0) return b;
  if (b.indexes.length === 0) return a;
  const indexes: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i] : Number.POSITIVE_INFINITY;
    const right = j < b.indexes.length ? b.indexes[j] : Number.POSITIVE_INFINITY;
    indexes.push(Math.min(left, right));
    counts.push((left <= right ? a.counts[i++] : 0) + (right <= left ? b.counts[j++] : 0));
  }
  return { indexes, counts };
}

export function addMeasures(a: Measures, b: Measures): Measures {
  return { ...addSums(a, b), errorBins: mergeBins(a.errorBins, b.errorBins) };
}

export function addSums(a: Sums, b: Sums): Sums {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    durationSum: a.durationSum + b.durationSum,
    bins: mergeBins(a.bins, b.bins),
    queueWaitSum: a.queueWaitSum + b.queueWaitSum,
    requestBytes: a.requestBytes + b.requestBytes,
    responseBytes: a.responseBytes + b.responseBytes,
  };
}
