import { CountSketch } from './count-sketch.ts';
import { Slowness } from './slowness.ts';

/** What a trace is judged by, once it has ended. */
export interface TraceFacts {
  /** Any of its ids, the same for all spans: decides by chance. */
  readonly id: string;
  /** Numbers of the service and name of its earliest span, of all services in it, and of all it consists of. */
  readonly kind: number;
  readonly services: ReadonlySet<number>;
  readonly structure: number;
  /** Of the earliest span, nanoseconds. */
  readonly duration: number;
  readonly spans: number;
  readonly hasError: boolean;
  /** What an attribute of one of its spans says. */
  readonly rule: 'always' | 'never' | null;
  /** What the application decided that began it. */
  readonly application: 'keep' | 'drop' | null;
}

export interface PolicyConfig {
  /** Spans a second that are kept on average; what is more is dropped, whatever the reason. */
  readonly spansPerSecond: number;
  /** A trace slower than this share of its kind is kept. */
  readonly slowQuantile: number;
  /** A trace made of what fewer traces than this were made of, in five to ten minutes, is kept. */
  readonly rareBelow: number;
  /** Traces kept of each service and minute, whatever they are like. */
  readonly perMinute: number;
  /** Whether a trace that the application decided to keep is kept, and one it decided to drop has to be remarkable. */
  readonly application: 'follow' | 'ignore';
  /** Share of all others that is kept. */
  readonly share: number;
}

/**
 * Why a trace is kept, surest first, and how much of the budget's burst it leaves to those before it: however many slow
 * or rare traces there are, errors find something left.
 */
const RESERVES = { rule: 0, error: 0, slow: 0.1, rare: 0.2, floor: 0.3, application: 0.5, share: 0.5 } as const;

export type Reason = keyof typeof RESERVES | 'never' | 'not_sampled';

export interface Decision {
  readonly outcome: 'kept' | 'dropped' | 'over_budget';
  /** What speaks for the trace, or against it. */
  readonly reason: Reason;
}

const WINDOW = 300_000;
const MINUTE = 60_000;
const BURST_SECONDS = 10;
const MAX_SERVICES = 10_000;

/** Decides which traces are kept, by what they are like and by what the budget has left. Times in ms. */
export class Policy {
  readonly #config: PolicyConfig;
  readonly #slowness: Slowness;
  readonly #keptOfService = new Map<number, number>();
  #structures = new CountSketch();
  #structuresBefore = new CountSketch();
  #tokens: number;
  #filled: number;
  #windowFrom: number;
  #minute: number;

  constructor(config: PolicyConfig, now: number) {
    this.#config = config;
    this.#slowness = new Slowness(config.slowQuantile);
    this.#tokens = config.spansPerSecond * BURST_SECONDS;
    this.#filled = now;
    this.#windowFrom = now;
    this.#minute = Math.floor(now / MINUTE);
  }

  decide(facts: TraceFacts, now: number): Decision {
    this.#pass(now);
    const isSlow = this.#slowness.isSlow(facts.kind, facts.duration);
    const alike = this.#structuresBefore.count(facts.structure) + this.#structures.add(facts.structure);
    if (facts.rule === 'never') return { outcome: 'dropped', reason: 'never' };
    const reason = this.#reasonOf(facts, isSlow, alike);
    if (reason === null) return { outcome: 'dropped', reason: 'not_sampled' };
    const reserve = RESERVES[reason] * this.#config.spansPerSecond * BURST_SECONDS;
    if (this.#tokens <= reserve) return { outcome: 'over_budget', reason };
    this.#tokens -= facts.spans;
    for (const service of facts.services) {
      const kept = this.#keptOfService.get(service) ?? 0;
      if (kept > 0 || this.#keptOfService.size < MAX_SERVICES) this.#keptOfService.set(service, kept + 1);
    }
    return { outcome: 'kept', reason };
  }

  /** Takes spans from the budget that are kept since their trace is: those that came late. */
  spend(spans: number, now: number): void {
    this.#pass(now);
    this.#tokens -= spans;
  }

  #reasonOf(facts: TraceFacts, isSlow: boolean, alike: number): keyof typeof RESERVES | null {
    const { rareBelow, perMinute, share, application } = this.#config;
    if (facts.rule === 'always') return 'rule';
    if (facts.hasError) return 'error';
    if (isSlow) return 'slow';
    if (alike < rareBelow) return 'rare';
    const told = application === 'follow' ? facts.application : null;
    if (told === 'drop') return null;
    const isBelowFloor = (service: number) => (this.#keptOfService.get(service) ?? 0) < perMinute;
    if (this.#keptOfService.size < MAX_SERVICES && [...facts.services].some(isBelowFloor)) return 'floor';
    if (told === 'keep') return 'application';
    return Number.parseInt(facts.id.slice(-8), 16) / 2 ** 32 < share ? 'share' : null;
  }

  #pass(now: number): void {
    const { spansPerSecond } = this.#config;
    const earned = ((now - this.#filled) / 1000) * spansPerSecond;
    this.#tokens = Math.min(spansPerSecond * BURST_SECONDS, this.#tokens + earned);
    this.#filled = now;
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#keptOfService.clear();
    }
    if (now - this.#windowFrom < WINDOW) return;
    this.#windowFrom = now;
    this.#slowness.turn();
    [this.#structures, this.#structuresBefore] = [this.#structuresBefore, this.#structures];
    this.#structures.clear();
  }
}
