import { type Bins, binOf, quantile } from '@sonde/model';

/** What a trace is judged by, once it has ended. */
export interface TraceFacts {
  /** Any of its ids, the same for all spans: decides by chance. */
  readonly id: string;
  /** Service and name of its earliest span. */
  readonly kind: string;
  /** Of the earliest span, nanoseconds. */
  readonly duration: number;
  readonly spans: number;
  readonly hasError: boolean;
  /** What an attribute of one of its spans says. */
  readonly rule: 'always' | 'never' | null;
}

export interface PolicyConfig {
  /** Spans a second that are kept on average; what is more is dropped, whatever the reason. */
  readonly spansPerSecond: number;
  /** A trace slower than this share of its kind is kept. */
  readonly slowQuantile: number;
  /** Traces of each kind and minute that are kept whatever they are like. */
  readonly perMinute: number;
  /** Share of all others that is kept, while half of the budget is left. */
  readonly share: number;
}

export type Reason = 'rule' | 'error' | 'slow' | 'floor' | 'share' | 'never' | 'not_sampled' | 'budget';

export interface Decision {
  readonly isKept: boolean;
  readonly reason: Reason;
}

interface Kind {
  /** Durations of this window and the one before, by bin. */
  now: Map<number, number>;
  before: Map<number, number>;
  seen: number;
  slowFrom: number;
  minute: number;
  floor: number;
}

const MAX_KINDS = 10_000;
const WINDOW = 300_000;
/** Traces of a kind before any counts as slow. */
const LEAST_SEEN = 100;
const BURST_SECONDS = 10;

/** Decides which traces are kept, by what they are like and by what the budget has left. Times in ms. */
export class Policy {
  readonly #config: PolicyConfig;
  readonly #kinds = new Map<string, Kind>();
  #tokens: number;
  #filled: number;
  #windowFrom: number;

  constructor(config: PolicyConfig, now: number) {
    this.#config = config;
    this.#tokens = config.spansPerSecond * BURST_SECONDS;
    this.#filled = now;
    this.#windowFrom = now;
  }

  decide(facts: TraceFacts, now: number): Decision {
    this.#pass(now);
    const kind = this.#kindOf(facts.kind);
    const isSlow = kind.seen >= LEAST_SEEN && facts.duration > kind.slowFrom;
    this.#count(kind, facts.duration);
    if (facts.rule === 'never') return { isKept: false, reason: 'never' };
    const reason = this.#reasonOf(facts, kind, isSlow, now);
    if (reason === null) return { isKept: false, reason: 'not_sampled' };
    if (this.#tokens <= 0) return { isKept: false, reason: 'budget' };
    this.#tokens -= facts.spans;
    return { isKept: true, reason };
  }

  #reasonOf(facts: TraceFacts, kind: Kind, isSlow: boolean, now: number): Reason | null {
    const minute = Math.floor(now / 60_000);
    if (kind.minute !== minute) Object.assign(kind, { minute, floor: 0 });
    if (facts.rule === 'always') return 'rule';
    if (facts.hasError) return 'error';
    if (isSlow) return 'slow';
    if (kind.floor < this.#config.perMinute) {
      kind.floor++;
      return 'floor';
    }
    const hasPlenty = this.#tokens > (this.#config.spansPerSecond * BURST_SECONDS) / 2;
    const chance = Number.parseInt(facts.id.slice(-8), 16) / 2 ** 32;
    return hasPlenty && chance < this.#config.share ? 'share' : null;
  }

  #pass(now: number): void {
    const { spansPerSecond } = this.#config;
    const earned = ((now - this.#filled) / 1000) * spansPerSecond;
    this.#tokens = Math.min(spansPerSecond * BURST_SECONDS, this.#tokens + earned);
    this.#filled = now;
    if (now - this.#windowFrom < WINDOW) return;
    this.#windowFrom = now;
    for (const [name, kind] of this.#kinds) {
      if (kind.now.size === 0) this.#kinds.delete(name);
      kind.before = kind.now;
      kind.now = new Map();
    }
  }

  #kindOf(name: string): Kind {
    const key = this.#kinds.has(name) || this.#kinds.size < MAX_KINDS ? name : '';
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { now: new Map(), before: new Map(), seen: 0, slowFrom: Number.POSITIVE_INFINITY, minute: 0, floor: 0 };
      this.#kinds.set(key, kind);
    }
    return kind;
  }

  #count(kind: Kind, duration: number): void {
    const bin = binOf(duration);
    kind.now.set(bin, (kind.now.get(bin) ?? 0) + 1);
    kind.seen++;
    if (kind.seen < LEAST_SEEN || kind.seen % 20 !== 0) return;
    kind.slowFrom = quantile(binsOf(kind), this.#config.slowQuantile) ?? Number.POSITIVE_INFINITY;
  }
}

function binsOf({ now, before }: Kind): Bins {
  const sums = new Map(before);
  for (const [bin, count] of now) sums.set(bin, (sums.get(bin) ?? 0) + count);
  const indexes = [...sums.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => sums.get(index)!) };
}
