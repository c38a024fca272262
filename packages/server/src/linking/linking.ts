import { type Changes, Linker, type LinkerLimits, type SpanRecord } from '@sonde/linker';
import type { Intake, MetricRow, Store } from '@sonde/store';
import type { Logger } from 'pino';
import { SmallNumbers, traceWords } from './span-keys.ts';

/** How often links are stored, in ms. */
const EVERY = 1000;

/** How often the linker's own numbers are stored, in ms. */
const COUNTS_EVERY = 10_000;

/** Rows found that may wait for a store that takes none, past which the oldest are dropped and counted. */
const MAX_WAITING = 500_000;

/** Feeds a linker and stores what it finds. */
export class Linking {
  readonly linker: Linker;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #moreCounts: () => Readonly<Record<string, number>>;
  readonly #hosts = new SmallNumbers(65_000);
  readonly #timer: NodeJS.Timeout;
  #waiting: { aliases: NonNullable<Intake['aliases']>; links: NonNullable<Intake['links']> } = {
    aliases: [],
    links: [],
  };
  #dropped = 0;
  #told: Record<string, number> = {};
  #toldAt = Date.now();
  #storing: Promise<void> = Promise.resolve();

  /** `moreCounts` are told with those of the linker. */
  constructor(store: Store, log: Logger, limits: Partial<LinkerLimits> = {}, moreCounts = () => ({})) {
    this.#store = store;
    this.#log = log;
    this.#moreCounts = moreCounts;
    this.linker = new Linker(limits);
    this.#timer = setInterval(() => void this.flush(), EVERY);
  }

  /** Takes a span that is in the store; false where it is known. */
  take({ keys }: SpanRecord, now: number): boolean {
    return this.linker.span({ ...keys, host: this.#hosts.of(keys.host) }, now);
  }

  /** The name of the trace an id belongs to, the id itself as far as is known. */
  nameOf(traceId: string): string {
    return this.linker.nameOf(traceWords(traceId)) ?? traceId;
  }

  /** Stores what was found since the last time; resolves when that is done, or has failed and waits for the next. */
  flush(now = Date.now()): Promise<void> {
    this.#storing = this.#storing.then(() => this.#flush(now));
    return this.#storing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flush(now: number): Promise<void> {
    this.#add(this.linker.advance(now), Math.floor(now / 1000));
    const { aliases, links } = this.#waiting;
    const metrics = now - this.#toldAt >= COUNTS_EVERY ? this.#metrics(now) : [];
    if (aliases.length + links.length + metrics.length === 0) return;
    this.#waiting = { aliases: [], links: [] };
    try {
      await this.#store.write({ requests: [], spans: [], resources: [], metrics, aliases, links });
    } catch (error) {
      this.#log.warn({ err: error, aliases: aliases.length, links: links.length }, 'links wait for the store');
      this.#waiting = { aliases: [...aliases, ...this.#waiting.aliases], links: [...links, ...this.#waiting.links] };
      this.#bound();
    }
  }

  #add({ aliases, links }: Changes, time: number): void {
    this.#waiting = {
      aliases: [...this.#waiting.aliases, ...aliases.map(({ trace, name }) => ({ time, name, traceId: trace }))],
      links: [
        ...this.#waiting.links,
        ...links.map(({ trace, span, parent, method, confidence }) => ({
          time,
          traceId: trace,
          spanId: span,
          parentSpanId: parent,
          method,
          confidence,
        })),
      ],
    };
  }

  #bound(): void {
    for (const kind of ['aliases', 'links'] as const) {
      const over = this.#waiting[kind].length - MAX_WAITING;
      if (over <= 0) continue;
      this.#dropped += over;
      this.#waiting = { ...this.#waiting, [kind]: this.#waiting[kind].slice(over) };
    }
  }

  /** What the linker did since the last time, and what it holds. */
  #metrics(now: number): MetricRow[] {
    const [time, start] = [Math.floor(now / 1000), Math.floor(this.#toldAt / 1000)];
    const from = { service: 'sonde-server', instance: '', host: '', unit: '1', time };
    const counts = { ...this.linker.counts, ...this.#moreCounts(), dropped: this.#dropped };
    const rows = Object.entries(counts).flatMap(([event, total]): MetricRow[] => {
      const value = total - (this.#told[event] ?? 0);
      return value === 0
        ? []
        : [{ ...from, start, metric: 'sonde.linker.events', kind: 'delta', attributes: { event }, value }];
    });
    const { bytes, ...held } = this.linker.size;
    for (const [what, value] of Object.entries(held)) {
      rows.push({ ...from, start: time, metric: 'sonde.linker.held', kind: 'gauge', attributes: { what }, value });
    }
    rows.push({
      ...from,
      start: time,
      unit: 'By',
      metric: 'sonde.linker.size',
      kind: 'gauge',
      attributes: {},
      value: bytes,
    });
    this.#told = counts;
    this.#toldAt = now;
    return Object.values(counts).every((count) => count === 0) ? [] : rows;
  }
}
