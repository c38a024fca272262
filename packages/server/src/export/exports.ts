import { join } from 'node:path';
import type { LogsData, MetricsData } from '@sonde/otlp';
import type { MetricRow, Store } from '@sonde/store';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config.ts';
import { Target, type TargetOptions } from './target.ts';

const EVERY = 1000;

/** How often the numbers of the targets are stored, in ms. */
const TELL_EVERY = 10_000;

/** Sends traces, metrics and logs on to every target that asks for them. A target that is away does not hold up others. */
export class Exports {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #targets: readonly Target[];
  readonly #timer: NodeJS.Timeout;
  readonly #told = new Map<string, number>();
  #toldAt = Date.now();

  private constructor(store: Store, log: Logger, targets: readonly Target[]) {
    this.#store = store;
    this.#log = log;
    this.#targets = targets;
    this.#timer = setInterval(() => void this.#tick(Date.now()), EVERY);
  }

  /** Rejects where the folder of a target cannot be used. */
  static async open(
    { exports, sampling, linker, store: { path } }: Pick<ServerConfig, 'exports' | 'sampling' | 'linker' | 'store'>,
    options: Pick<TargetOptions, 'store' | 'log' | 'nameOf'>,
  ): Promise<Exports> {
    const targets: Target[] = [];
    for (const target of exports) {
      const directory = join(path, 'exports', target.name);
      const [isSampled, isShared] = [sampling.enabled, linker.shards.length > 0];
      targets.push(await Target.open(target, { ...options, directory, wait: sampling.wait, isSampled, isShared }));
    }
    return new Exports(options.store, options.log, targets);
  }

  /** A span that started at `start` (seconds) is stored under the trace id, and is to stay. */
  offer(traceId: string, start: number, now: number): void {
    for (const { traces } of this.#targets) traces?.offer(traceId, start, now);
  }

  /** Another server has the trace from now on. */
  leave(traceId: string): void {
    for (const { traces } of this.#targets) traces?.leave(traceId);
  }

  /** Resolves when what was received is sure to be sent on. */
  async forward(data: LogsData | MetricsData): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.forward(data)));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#targets.map((target) => target.stop()));
    await this.#tell(Date.now());
  }

  async #tick(now: number): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.flush(now)));
    if (now - this.#toldAt >= TELL_EVERY) await this.#tell(now);
  }

  /** Stores what was delivered, lost and tried in vain since the last time, and what waits. */
  async #tell(now: number): Promise<void> {
    const [time, start] = [Math.floor(now / 1000), Math.floor(this.#toldAt / 1000)];
    this.#toldAt = now;
    const from = { service: 'sonde-server', instance: '', host: '', time };
    const totals = new Map<string, number>();
    const metrics: MetricRow[] = [];
    for (const { config, stats } of this.#targets) {
      const target = config.name;
      const total = (metric: string, attributes: Record<string, string>, value: number) => {
        const key = JSON.stringify([metric, target, attributes]);
        totals.set(key, value);
        const more = value - (this.#told.get(key) ?? 0);
        if (more === 0) return;
        metrics.push({
          ...from,
          start,
          unit: '1',
          metric,
          kind: 'delta',
          attributes: { target, ...attributes },
          value: more,
        });
      };
      for (const [signal, items] of Object.entries(stats.delivered)) total('sonde.export.delivered', { signal }, items);
      for (const [cause, items] of stats.dropped) total('sonde.export.dropped', { cause }, items);
      for (const [cause, times] of stats.failures) total('sonde.export.failures', { cause }, times);
      const gauge = (metric: string, unit: string, value: number) =>
        metrics.push({ ...from, start: time, unit, metric, kind: 'gauge', attributes: { target }, value });
      gauge('sonde.export.waiting', '1', stats.waiting);
      gauge('sonde.export.spool.size', 'By', stats.spoolBytes);
    }
    if (metrics.length === 0) return;
    try {
      await this.#store.write({ requests: [], spans: [], resources: [], metrics });
      for (const [key, value] of totals) this.#told.set(key, value);
    } catch (error) {
      this.#log.warn({ err: error }, 'the numbers of the exports wait for the store');
    }
  }
}
