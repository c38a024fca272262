import type { Bins } from '@sonde/model';
import { mergeBins, type RequestRow } from '@sonde/store';
import type { Series } from './series.ts';

const BUCKET = 10;

type Sums = {
  -readonly [K in
    | 'count'
    | 'errors'
    | 'durationSum'
    | 'queueWaitSum'
    | 'requestBytes'
    | 'responseBytes']: RequestRow[K];
};

/** Rows of one export, one per series and bucket: durations, sizes and waits of the same series meet in one row. */
export class RequestRows {
  readonly #rows = new Map<string, { time: number; series: Series; sums: Sums; bins: Bins }>();

  /** `seconds` since the epoch is any time in the bucket. */
  add(series: Series, seconds: number, sums: Partial<Sums>, bins?: Bins): void {
    const time = Math.floor(seconds / BUCKET) * BUCKET;
    const key = JSON.stringify([time, ...Object.values(series)]);
    let row = this.#rows.get(key);
    if (row === undefined) {
      const zero = { count: 0, errors: 0, durationSum: 0, queueWaitSum: 0, requestBytes: 0, responseBytes: 0 };
      row = { time, series, sums: zero, bins: { indexes: [], counts: [] } };
      this.#rows.set(key, row);
    }
    for (const name of Object.keys(sums) as (keyof Sums)[]) row.sums[name] += sums[name]!;
    if (bins !== undefined) row.bins = mergeBins(row.bins, bins);
  }

  rows(): RequestRow[] {
    return [...this.#rows.values()].map(({ time, series, sums, bins }) => ({ time, ...series, ...sums, bins }));
  }
}
