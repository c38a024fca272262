import { type Bins, binOf, quantile } from '@sonde/model';

interface Kind {
  /** Durations of this window and the one before, by bin. */
  now: Map<number, number>;
  before: Map<number, number>;
  seen: number;
  /** Bin above which a duration is slow: a duration and the middle of its own bin are as long. */
  slowFrom: number;
}

const MAX_KINDS = 10_000;
/** Traces of a kind before any counts as slow. */
const LEAST_SEEN = 100;

/** What is slow for traces of a kind: longer than a share of those of this window and the one before. */
export class Slowness {
  readonly #quantile: number;
  readonly #kinds = new Map<number, Kind>();

  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** Whether a trace of `duration` nanoseconds is slow for its kind; counts it. Kinds past ten thousand are one. */
  isSlow(kindNumber: number, duration: number): boolean {
    const key = this.#kinds.has(kindNumber) || this.#kinds.size < MAX_KINDS ? kindNumber : 0;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { now: new Map(), before: new Map(), seen: 0, slowFrom: Number.POSITIVE_INFINITY };
      this.#kinds.set(key, kind);
    }
    const bin = binOf(duration);
    const isSlow = kind.seen >= LEAST_SEEN && bin > kind.slowFrom;
    kind.now.set(bin, (kind.now.get(bin) ?? 0) + 1);
    kind.seen++;
    if (kind.seen >= LEAST_SEEN && kind.seen % 20 === 0) {
      const limit = quantile(binsOf(kind), this.#quantile);
      kind.slowFrom = limit === null ? Number.POSITIVE_INFINITY : binOf(limit);
    }
    return isSlow;
  }

  /** A new window begins; kinds of which the last had none are forgotten. */
  turn(): void {
    for (const [key, kind] of this.#kinds) {
      if (kind.now.size === 0) this.#kinds.delete(key);
      kind.before = kind.now;
      kind.now = new Map();
    }
  }
}

function binsOf({ now, before }: Kind): Bins {
  const sums = new Map(before);
  for (const [bin, count] of now) sums.set(bin, (sums.get(bin) ?? 0) + count);
  const indexes = [...sums.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => sums.get(index)!) };
}
