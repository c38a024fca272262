import type { MetricRow, Store } from '@sonde/store';
import type { Logger } from 'pino';
import { Sampler, type SamplerConfig, type Verdicts } from './sampler.ts';

const EVERY = 1000;

/** Copies that may wait for a store that does not make them; the oldest are dropped and counted. */
const MAX_WAITING = 1000;

/** `since` is the start of the earliest of their spans, seconds since the epoch. */
type OnKept = (traceIds: readonly string[], since: number) => void;

/** Runs the sampler: all spans are stored as recent ones, and those of traces it keeps are copied to stay. */
export class Keeping {
  readonly sampler: Sampler;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #onKept: OnKept;
  readonly #timer: NodeJS.Timeout;
  #waiting: Verdicts[] = [];
  #toldAt = Date.now();
  #counts = new Map<string, { traces: number; spans: number }>();
  #running: Promise<void> = Promise.resolve();

  /** `onKept` is told of traces that are kept now, or got more spans. */
  constructor(
    store: Store,
    log: Logger,
    config: SamplerConfig,
    nameOf: (traceId: string) => string,
    onKept: OnKept = () => {},
  ) {
    this.sampler = new Sampler(config, nameOf, Date.now());
    this.#store = store;
    this.#log = log;
    this.#onKept = onKept;
    this.#timer = setInterval(() => void this.flush(), EVERY);
  }

  flush(now = Date.now()): Promise<void> {
    this.#running = this.#running.then(() => this.#flush(now));
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flush(now: number): Promise<void> {
    const verdicts = this.sampler.judge(now);
    for (const [key, { traces, spans }] of verdicts.counts) this.#count(key, traces, spans);
    if (verdicts.traces.length + verdicts.lateSpans.length > 0) this.#waiting.push(verdicts);
    while (this.#waiting.length > MAX_WAITING) {
      const lost = this.#waiting.shift()!;
      this.#count('lost store', lost.traces.length, lost.lateSpans.length);
    }
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await this.#keep(next);
        this.#waiting.shift();
      }
      await this.#tell(now);
    } catch (error) {
      this.#log.warn({ err: error, waiting: this.#waiting.length }, 'kept spans wait for the store');
    }
  }

  async #keep({ traces, lateSpans, since }: Verdicts): Promise<void> {
    if (traces.length > 0) await this.#store.keepSpans({ traceIds: traces, since });
    const traceIds = lateSpans.map(({ traceId }) => traceId);
    const spanIds = lateSpans.map(({ spanId }) => spanId);
    if (lateSpans.length > 0) await this.#store.keepSpans({ traceIds, spanIds, since });
    this.#onKept([...traces, ...traceIds], since);
  }

  #count(key: string, traces: number, spans: number): void {
    const known = this.#counts.get(key) ?? { traces: 0, spans: 0 };
    this.#counts.set(key, { traces: known.traces + traces, spans: known.spans + spans });
  }

  /** Stores how many traces and spans were kept and dropped, and why, every ten seconds. */
  async #tell(now: number): Promise<void> {
    if (now - this.#toldAt < 10_000 || this.#counts.size === 0) return;
    const [time, start] = [Math.floor(now / 1000), Math.floor(this.#toldAt / 1000)];
    const metrics = [...this.#counts].flatMap(([key, counts]) => {
      const [decision, reason] = key.split(' ');
      const row = { time, start, service: 'sonde-server', instance: '', host: '', unit: '1', kind: 'delta' as const };
      return (['traces', 'spans'] as const).map(
        (what): MetricRow => ({
          ...row,
          metric: `sonde.sampling.${what}`,
          attributes: { decision, reason },
          value: counts[what],
        }),
      );
    });
    await this.#store.write({ requests: [], spans: [], resources: [], metrics });
    this.#counts = new Map();
    this.#toldAt = now;
  }
}
