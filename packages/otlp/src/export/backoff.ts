export interface BackoffOptions {
  /** Wait after the first failure, in ms. */
  readonly initial: number;
  /** Longest wait, in ms. */
  readonly max: number;
}

/** No server can make a sender wait longer than this, in ms. */
const LONGEST_RETRY_AFTER = 300_000;

/**
 * How long to wait before the next attempt, in ms: exponential in the failures so far, the upper half of it random so that
 * senders do not come back all at once, and never less than the server asked for.
 */
export function backoff(
  options: BackoffOptions,
  failures: number,
  retryAfter: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(options.max, options.initial * 2 ** Math.max(0, failures - 1));
  return Math.max((full / 2) * (1 + random()), Math.min(retryAfter, LONGEST_RETRY_AFTER));
}
