const NANOSECONDS = 1_000_000_000n;

export function secondsOf(epochNanoseconds: bigint): number {
  return Number(epochNanoseconds / NANOSECONDS);
}

/** How far a sender's clock may be ahead, in seconds. */
const MAX_AHEAD = 3600;

/** Which times are taken: a wrong clock must not open partitions all over the calendar. */
export class AcceptedTimes {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly #oldest: number;

  constructor(now: number, maxAge: number) {
    this.now = now;
    this.#oldest = now - maxAge;
  }

  /** What is wrong with a time in seconds, `null` where it can be stored. */
  problemOf(time: number): string | null {
    if (time === 0) return 'the time is missing';
    if (time < this.#oldest) return 'the time is too long ago';
    return time > this.now + MAX_AHEAD ? 'the time is in the future' : null;
  }
}
