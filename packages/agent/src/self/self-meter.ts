import type { MetricsData } from '@sonde/otlp';
import { type AgentCounters, type AgentIdentity, type SelfSample, selfMetrics } from './self-metrics.ts';

const ZERO: SelfSample = {
  records: 0,
  exchanges: 0,
  dropped: new Map(),
  programs: [],
  spoolBytes: 0,
  series: 0,
  runtimes: [],
  podProblem: '',
  cpuUser: 0,
  cpuSystem: 0,
  rss: 0,
};

/** Measures the agent: its process from the operating system, its stages from what the caller's `counters` says. */
export class SelfMeter {
  readonly #identity: AgentIdentity;
  readonly #counters: () => AgentCounters;
  readonly #started: bigint;
  #before: SelfSample = ZERO;
  #beforeAt: bigint;

  /** @param started start of the agent in nanoseconds since the epoch */
  constructor(identity: AgentIdentity, counters: () => AgentCounters, started: bigint) {
    this.#identity = identity;
    this.#counters = counters;
    this.#started = started;
    this.#beforeAt = started;
  }

  /** Delta metrics since the last call, or since the start; `now` in nanoseconds since the epoch. */
  interval(now: bigint): MetricsData {
    const sample = this.#sample();
    const metrics = selfMetrics(this.#identity, sample, this.#before, { start: this.#beforeAt, end: now });
    this.#before = sample;
    this.#beforeAt = now;
    return metrics;
  }

  /** Cumulative metrics since the start, which leave the intervals alone. */
  total(now: bigint): MetricsData {
    return selfMetrics(this.#identity, this.#sample(), null, { start: this.#started, end: now });
  }

  /** CPU time is that of the whole process, so worker threads are in it. */
  #sample(): SelfSample {
    const { user, system } = process.cpuUsage();
    const { dropped, ...counters } = this.#counters();
    return {
      ...counters,
      dropped: new Map(dropped),
      cpuUser: user / 1e6,
      cpuSystem: system / 1e6,
      rss: process.memoryUsage.rss(),
    };
  }
}
