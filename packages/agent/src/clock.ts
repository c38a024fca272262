/** The kernel's clock of all records (CLOCK_MONOTONIC), in nanoseconds. */
export function monotonic(): number {
  return Number(process.hrtime.bigint());
}

/** By how much the offset must be less than before, in nanoseconds, for the time of day to have been set. */
const WAS_SET = 5_000_000n;
const ATTEMPTS = 3;

/**
 * What to add to a monotonic time to get nanoseconds since the epoch; right to some 10 µs. Takes up to 3 ms.
 *
 * Both clocks go at one rate, so it changes only when the time of day is set; a busy machine can delay the second look at
 * them, which makes it too small: the greatest counts.
 * @param known what it was before
 */
export function clockOffset(known?: bigint): bigint {
  let found = lookAtClocks();
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const again = lookAtClocks();
    if (again > found) found = again;
  }
  return known !== undefined && found < known && known - found < WAS_SET ? known : found;
}

function lookAtClocks(): bigint {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return BigInt(now) * 1_000_000n - process.hrtime.bigint();
}
