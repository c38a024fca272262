import type { SpanRecord } from '@sonde/linker';
import { hexOf } from '../linking/span-keys.ts';
import { type Decision, Policy, type PolicyConfig } from './policy.ts';

export interface SamplerConfig extends PolicyConfig {
  /** How long no span of a trace must have come before it counts as ended, in ms. */
  readonly wait: number;
}

/** Spans to copy to where they are kept. */
export interface Verdicts {
  readonly traces: readonly string[];
  readonly lateSpans: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Start of the earliest of them, seconds since the epoch. */
  readonly since: number;
  /** Traces and spans by outcome and reason. */
  readonly counts: ReadonlyMap<string, { traces: number; spans: number }>;
}

interface Pending {
  start: number;
  kind: number;
  duration: number;
  spans: number;
  hasError: boolean;
  rule: 'always' | 'never' | null;
  application: 'keep' | 'drop' | null;
  lastSeen: number;
  readonly since: number;
  readonly services: Set<number>;
  readonly endpoints: Set<number>;
}

/** A trace that never falls silent is judged after so many times the wait. */
const LONGEST_WAITS = 6;
const MAX_PENDING = 200_000;
const MAX_DECIDED = 1_000_000;
/** Services and endpoints of one trace that are told apart. */
const MAX_PARTS = 64;

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

  offer(record: SpanRecord, now: number): void {
    const { keys, summary } = record;
    const traceId = hexOf(keys.trace);
    if (summary.verdict !== null) this.#decided.set(traceId, summary.verdict === 'kept');
    const decided = this.#decided.get(traceId) ?? this.#decided.get(this.#nameOf(traceId));
    if (summary.verdict !== null) return;
    if (decided === true) {
      this.#late.push({ traceId, spanId: hexOf(keys.id) });
      this.#lateSince = Math.min(this.#lateSince, Math.floor(keys.start / 1e6));
    } else if (decided === false) {
      this.#lateDropped++;
    } else {
      this.#add(traceId, record, now);
    }
  }

  /** A span of the trace moves to another server: what was decided of it, which it takes along. */
  leave(record: SpanRecord): SpanRecord['summary']['verdict'] {
    const traceId = hexOf(record.keys.trace);
    const decided = this.#decided.get(traceId) ?? this.#decided.get(this.#nameOf(traceId));
    this.#pending.delete(traceId);
    return decided === undefined ? null : decided ? 'kept' : 'dropped';
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
      const known = [name, ...ids].map((id) => this.#decided.get(id)).find((each) => each !== undefined);
      const decision = known === undefined ? this.#decide(name, parts, spans, now) : null;
      const isKept = known ?? decision?.outcome === 'kept';
      if (decision === null && isKept) this.#policy.spend(spans, now);
      if (decision === null) count(`${isKept ? 'kept' : 'dropped'} late`, spans, 0);
      else count(`${decision.outcome} ${decision.reason}`, spans);
      for (const [i, id] of ids.entries()) {
        this.#pending.delete(id);
        this.#decided.set(id, isKept);
        if (!isKept) continue;
        traces.push(id);
        since = Math.min(since, Math.floor(parts[i].start / 1e6));
      }
      this.#decided.set(name, isKept);
    }
    this.#policy.spend(this.#late.length, now);
    if (this.#late.length > 0) count('kept late', this.#late.length, 0);
    if (this.#lateDropped > 0) count('dropped late', this.#lateDropped, 0);
    const lateSpans = this.#late;
    this.#late = [];
    this.#lateSince = Number.POSITIVE_INFINITY;
    this.#lateDropped = 0;
    this.#forget();
    return { traces, lateSpans, since: Number.isFinite(since) ? since : 0, counts };
  }

  #add(traceId: string, { keys, summary }: SpanRecord, now: number): void {
    const { start, duration } = keys;
    const { service, endpoint, hasError, rule, application } = summary;
    let part = this.#pending.get(traceId);
    if (part === undefined) {
      const sets = { services: new Set<number>(), endpoints: new Set<number>() };
      const nothing = { spans: 0, hasError: false, rule: null, application: null };
      part = { start, kind: endpoint, duration, ...nothing, lastSeen: now, since: now, ...sets };
      this.#pending.set(traceId, part);
    }
    if (start < part.start) Object.assign(part, { start, kind: endpoint, duration });
    part.spans++;
    part.hasError ||= hasError;
    part.lastSeen = now;
    if (part.rule !== 'always') part.rule = rule ?? part.rule;
    if (part.application !== 'keep') part.application = application ?? part.application;
    if (part.services.size < MAX_PARTS) part.services.add(service);
    if (part.endpoints.size < MAX_PARTS) part.endpoints.add(endpoint);
  }

  #hasEnded(parts: readonly Pending[], now: number): boolean {
    const isQuiet = parts.every((part) => now - part.lastSeen >= this.#config.wait);
    return isQuiet || parts.some((part) => now - part.since >= this.#config.wait * LONGEST_WAITS);
  }

  #decide(id: string, parts: readonly Pending[], spans: number, now: number): Decision {
    const { kind, duration } = parts.reduce((a, b) => (b.start < a.start ? b : a));
    const told = <T>(values: readonly (T | null)[], first: T): T | null =>
      values.includes(first) ? first : (values.find((value) => value !== null) ?? null);
    const facts = {
      id,
      kind,
      duration: duration * 1000,
      spans,
      hasError: parts.some((part) => part.hasError),
      services: new Set(parts.flatMap((part) => [...part.services])),
      structure: structureOf(new Set(parts.flatMap((part) => [...part.endpoints]))),
      rule: told(
        parts.map((part) => part.rule),
        'always',
      ),
      application: told(
        parts.map((part) => part.application),
        'keep',
      ),
    };
    return this.#policy.decide(facts, now);
  }

  #forget(): void {
    for (const id of this.#decided.keys()) {
      if (this.#decided.size <= MAX_DECIDED) return;
      this.#decided.delete(id);
    }
  }
}

/** One number of a set of endpoints, whatever their order. */
function structureOf(endpoints: ReadonlySet<number>): number {
  let structure = 0;
  for (const endpoint of endpoints) {
    const mixed = Math.imul(endpoint ^ (endpoint >>> 15), 0x85eb_ca6b);
    structure = (structure + Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)) | 0;
  }
  return structure >>> 0;
}
