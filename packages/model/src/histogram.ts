/**
 * Exponential histogram with one fixed scale, as in the OpenTelemetry metrics data model
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram).
 *
 * Values are seconds. Bin `i` holds values in `(base^i, base^(i+1)]` with `base = 2^(2^-scale)`; scale 6 makes a bin
 * 1.09 % wide, so its middle is off by at most 0.55 % (of scale 5 no value would be within 1 % of both bounds: the best
 * is off by (base - 1) / (base + 1) = 1.08 %). Bins of different hosts and intervals merge by adding counts.
 */
export const HISTOGRAM_SCALE = 6;

export const BINS_PER_OCTAVE = 2 ** HISTOGRAM_SCALE;

/** The lowest bin kept: everything up to about 1 µs falls into it. */
export const LOWEST_BIN = -20 * BINS_PER_OCTAVE;

/** The highest bin kept: everything above about 17 minutes falls into it. */
export const HIGHEST_BIN = 10 * BINS_PER_OCTAVE - 1;

export const BIN_COUNT = HIGHEST_BIN - LOWEST_BIN + 1;

const LOG2_NS_PER_SECOND = Math.log2(1e9);

/** The bin of a duration in nanoseconds, clamped to [LOWEST_BIN, HIGHEST_BIN]. */
export function binOf(nanoseconds: number): number {
  if (nanoseconds <= 0) return LOWEST_BIN;
  const bin = Math.ceil((Math.log2(nanoseconds) - LOG2_NS_PER_SECOND) * BINS_PER_OCTAVE) - 1;
  return bin < LOWEST_BIN ? LOWEST_BIN : bin > HIGHEST_BIN ? HIGHEST_BIN : bin;
}

/** The value, in nanoseconds, that stands for a bin: the geometric middle of its bounds. */
export function valueOfBin(bin: number): number {
  return 2 ** ((bin + 0.5) / BINS_PER_OCTAVE + LOG2_NS_PER_SECOND);
}

/** Whether a duration stands for the lowest bin: what is known of it is that it is below 1 µs. */
export function isLowest(nanoseconds: number): boolean {
  return Math.abs(nanoseconds - LOWEST) < 1e-6;
}

/** The lower bound of a bin in nanoseconds; the bin's values are above it, up to the bound of the next. */
export function boundOfBin(bin: number): number {
  return 2 ** (bin / BINS_PER_OCTAVE + LOG2_NS_PER_SECOND);
}

const LOWEST = valueOfBin(LOWEST_BIN);

/** Sparse bins, ascending by index. */
export interface Bins {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

/**
 * The value in nanoseconds below which the share `q` (0..1) of the counts lies, or `null` where nothing was counted.
 * Nearest-rank on bins: the first bin whose cumulated count reaches `ceil(q * total)`.
 */
export function quantile(bins: Bins, q: number): number | null {
  let total = 0;
  for (const count of bins.counts) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (let i = 0; i < bins.indexes.length; i++) {
    seen += bins.counts[i];
    if (seen >= rank) return valueOfBin(bins.indexes[i]);
  }
  return valueOfBin(bins.indexes[bins.indexes.length - 1]);
}
