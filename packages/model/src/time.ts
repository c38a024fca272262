import type { Brand } from './brand.ts';

/** A duration in nanoseconds. A double is exact up to 2^53 ns, which is 104 days. */
export type Nanoseconds = Brand<number, 'ns'>;

/** A point on the kernel's monotonic clock (`bpf_ktime_get_ns`) in nanoseconds. */
export type MonotonicNanoseconds = Brand<number, 'ns-monotonic'>;

/** A point in time in nanoseconds since 1970-01-01 UTC, exact. */
export type EpochNanoseconds = Brand<bigint, 'ns-epoch'>;

/** A point in time in milliseconds since 1970-01-01 UTC, as `Date.now()` gives it. */
export type EpochMilliseconds = Brand<number, 'ms-epoch'>;

/** A half-open interval: `from` is inside, `to` is outside. */
export interface TimeRange {
  readonly kind: 'time-range';
  readonly from: EpochMilliseconds;
  readonly to: EpochMilliseconds;
}

export function timeRange(from: number, to: number): TimeRange {
  return { kind: 'time-range', from: from as EpochMilliseconds, to: to as EpochMilliseconds };
}
