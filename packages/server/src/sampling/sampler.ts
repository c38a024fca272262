import type { SpanRow } from '@sonde/store';
import { type Decision, Policy, type PolicyConfig } from './policy.ts';

export interface SamplerConfig extends PolicyConfig {
  /** How long no span of a trace must have come before it counts as ended, in ms. */
  readonly wait: number;
  /** `key=value` of span attributes. */
  readonly always: readonly string[];
  readonly never: readonly string[];
}

/** Spans to copy to where they are kept. */
export interface Verdicts {
  readonly traces: readonly string[];
  readonly lateSpans: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Start of the earliest of them, seconds since the epoch. */
  readonly since: number;
  /** Traces and spans by decision. */
  readonly counts: ReadonlyMap<string, { traces: number; spans: number }>;
}

interface Pending {
  start: bigint;
  kind: string;
  duration: number;
  spans: number;
  hasError: boolean;
  rule: 'always' | 'never' | null;
  lastSeen: number;
  readonly since: number;
}

/** A trace that never falls silent is judged after so many times the wait. */
const LONGEST_WAITS = 6;
const MAX_PENDING = 200_000;
const MAX_DECIDED = 1_000_000;

/**
 * Tail sampling: a trace is judged when it has ended, as one, with whatever ids its spans came; spans that come later
 * follow the decision. Where too many wait, the oldest is judged at once.
 */
export class Sampler {
  readonly #config: SamplerConfig;
  readonly #nameOf: (traceId: string) => string;
  readonly #policy: Policy;
  readonly #pending = new Map<string, Pending>();
  readonly #decided = new Map<string, boolean>();
  #late: { traceId: string; spanId: string }[] = [];
  #lateSince = Number.POSITIVE_INFINITY;
  #lateDropped = 0;

  /** `nameOf` gives ids of one trace the same name. */
  constructor(config: SamplerConfig, nameOf: (traceId: string) => string, now: number) {
    this.#config = config;
    this.#nameOf = nameOf;
    this.#policy = new Policy(config, now);
  }

  offer(row: SpanRow, now: number): void {
    const { traceId, spanId, start } = row;
    const decided = this.#decided.get(traceId) ?? this.#decided.get(this.#nameOf(traceId));
    if (decided === true) {
      this.#late.push({ traceId, spanId });
      this.#lateSince = Math.min(this.#lateSince, Number(start / 1_000_000_000n));
    } else if (decided === false) {
      this.#lateDropped++;
    } else {
      this.#add(row, now);
    }
  }

  /** Judges the traces that have ended. */
  judge(now: number): Verdicts {
    const groups = Map.groupBy(this.#pending.keys(), (id) => this.#nameOf(id));
    const traces: string[] = [];
    const counts = new Map<string, { traces: number; spans: number }>();
    const count = (key: string, spans: number, ids = 1) => {
      const known = counts.get(key) ?? { traces: 0, spans: 0 };
      counts.set(key, { traces: known.traces + ids, spans: known.spans + spans });
    };
    let since = this.#lateSince;
    for (const [name, ids] of groups) {
      const parts = ids.map((id) => this.#pending.get(id)!);
      const isFull = this.#pending.size > MAX_PENDING;
      if (!isFull && !this.#hasEnded(parts, now)) continue;
      const spans = parts.reduce((sum, part) => sum + part.spans, 0);
      const { isKept, reason } = this.#decide(name, ids, parts, spans, now);
      count(`${isKept ? 'kept' : 'dropped'} ${reason}`, spans);
      for (const [i, id] of ids.entries()) {
        this.#pending.delete(id);
        this.#decided.set(id, isKept);
        if (!isKept) continue;
        traces.push(id);
        since = Math.min(since, Number(parts[i].start / 1_000_000_000n));
      }
      this.#decided.set(name, isKept);
    }
    if (this.#late.length > 0) count('kept late', this.#late.length, 0);
    if (this.#lateDropped > 0) count('dropped late', this.#lateDropped, 0);
    const lateSpans = this.#late;
    this.#late = [];
    this.#lateSince = Number.POSITIVE_INFINITY;
    this.#lateDropped = 0;
    this.#forget();
    return { traces, lateSpans, since: Number.isFinite(since) ? since : 0, counts };
  }

  #add(row: SpanRow, now: number): void {
    const { traceId, start, duration, service, name, status, attributes } = row;
    const kind = `${service} ${name}`;
    let part = this.#pending.get(traceId);
    if (part === undefined) {
      part = { start, kind, duration, spans: 0, hasError: false, rule: null, lastSeen: now, since: now };
      this.#pending.set(traceId, part);
    }
    if (start < part.start) Object.assign(part, { start, kind, duration });
    part.spans++;
    part.hasError ||= status === 'error';
    part.lastSeen = now;
    if (this.#says(this.#config.always, attributes)) part.rule = 'always';
    else if (part.rule === null && this.#says(this.#config.never, attributes)) part.rule = 'never';
  }

  #says(pairs: readonly string[], attributes: SpanRow['attributes']): boolean {
    return pairs.some((pair) => {
      const at = pair.indexOf('=');
      return attributes[pair.slice(0, at)] === pair.slice(at + 1);
    });
  }

  #hasEnded(parts: readonly Pending[], now: number): boolean {
    const isQuiet = parts.every((part) => now - part.lastSeen >= this.#config.wait);
    return isQuiet || parts.some((part) => now - part.since >= this.#config.wait * LONGEST_WAITS);
  }

  #decide(name: string, ids: readonly string[], parts: readonly Pending[], spans: number, now: number): Decision {
    const known = [name, ...ids].map((id) => this.#decided.get(id)).find((each) => each !== undefined);
    if (known !== undefined) return { isKept: known, reason: known ? 'share' : 'not_sampled' };
    const first = parts.reduce((a, b) => (b.start < a.start ? b : a));
    const rules = parts.map((part) => part.rule);
    const rule = rules.includes('always') ? 'always' : rules.includes('never') ? 'never' : null;
    const hasError = parts.some((part) => part.hasError);
    return this.#policy.decide({ id: name, kind: first.kind, duration: first.duration, spans, hasError, rule }, now);
  }

  #forget(): void {
    for (const id of this.#decided.keys()) {
      if (this.#decided.size <= MAX_DECIDED) return;
      this.#decided.delete(id);
    }
  }
}
