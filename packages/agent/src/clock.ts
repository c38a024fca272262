/** The kernel's clock of all records (CLOCK_MONOTONIC), in nanoseconds. */
export function monotonic(): number {
  return Number(process.hrtime.bigint());
}

/** What to add to a monotonic time to get nanoseconds since the epoch; right to some 10 µs. Takes up to 1 ms. */
export function clockOffset(): bigint {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return BigInt(now) * 1_000_000n - process.hrtime.bigint();
}
