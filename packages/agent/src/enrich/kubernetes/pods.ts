import type { MetricsData } from '@sonde/otlp';
import { inCluster, type KubernetesAccess } from './api.ts';
import type { PodFacts } from './pod-facts.ts';
import { podMetrics } from './pod-metrics.ts';
import { PodWatch } from './pod-watch.ts';

/** What has not changed is told again after so long, in ms. */
const REPEAT_AFTER = 60_000;

/** Tells the server of the pods of this node: when they change, and each minute. */
export class PodReports {
  readonly #watch: PodWatch;
  readonly #told = new Map<string, { readonly facts: PodFacts; readonly at: number }>();

  constructor(access: KubernetesAccess, node: string) {
    this.#watch = new PodWatch(access, { node });
  }

  /** What is to be told now; `null` where that is nothing. */
  take(now: bigint): MetricsData | null {
    const ms = Number(now / 1_000_000n);
    const pods = this.#watch.pods(ms);
    const due = pods.filter((facts) => {
      const last = this.#told.get(facts.uid);
      return last === undefined || last.facts !== facts || ms - last.at >= REPEAT_AFTER;
    });
    for (const facts of due) this.#told.set(facts.uid, { facts, at: ms });
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.#told.keys()) if (!uids.has(uid)) this.#told.delete(uid);
    return due.length === 0 ? null : podMetrics(due, now);
  }

  /** Why the API server does not tell of pods now, '' where it does. */
  get problem(): string {
    return this.#watch.problem;
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }
}

/** `null` outside of clusters, and where it is switched off. */
export function podReports(config: { readonly enabled: boolean; readonly node: string }): PodReports | null {
  const access = config.enabled ? inCluster(process.env) : null;
  return access && new PodReports(access, config.node || (process.env.NODE_NAME ?? ''));
}
