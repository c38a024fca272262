/** The median and what 95 % and 99 % of the values do not exceed. */
export function quantilesOf(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}
