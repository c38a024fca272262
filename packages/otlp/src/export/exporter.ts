import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { Signal } from '../response.ts';
import { type BackoffOptions, backoff } from './backoff.ts';
import { type Batch, type ExportData, encode, itemsIn } from './batch.ts';
import type { Sender, StatusCause } from './sender.ts';
import { Spool } from './spool.ts';
import type { ExportDrop, ExportStats } from './stats.ts';

const gzip = promisify(gzipCallback);

export interface ExporterOptions {
  readonly sender: Sender;
  /** Names the batches, together with their numbers. */
  readonly source: string;
  /** Compressed bytes kept in memory while the server is slow. */
  readonly maxMemoryBytes: number;
  /** Where batches wait while the server is away; `null` keeps them in memory only. */
  readonly spool: { readonly directory: string; readonly maxBytes: number } | null;
  /** Whether every batch goes to disk before it counts as taken, so that a killed process loses none. */
  readonly durable: boolean;
  readonly backoff: BackoffOptions;
  /** Told, before anything is sent, of the newest batch that an earlier run left in the spool. */
  readonly onRecovered?: (newest: Batch) => Promise<void>;
}

export const EXPORT_DEFAULTS = {
  maxMemoryBytes: 8 << 20,
  durable: false,
  backoff: { initial: 500, max: 15_000 },
} as const satisfies Partial<ExporterOptions>;

/** A batch the server keeps failing on (500, INTERNAL) is given up after so many attempts, so that it cannot block the rest. */
const MAX_SERVER_ERRORS = 20;

/**
 * Delivers exports to a server, oldest first, each batch until it is acknowledged.
 *
 * Batches wait in memory, and on disk as soon as the server fails or memory is full. What is on disk is always older
 * than what is in memory, so the order is kept; a batch leaves either place only when it is acknowledged, refused, or
 * given up past the limits, which is counted by cause.
 */
export class Exporter {
  readonly #options: ExporterOptions;
  readonly #memory: Batch[] = [];
  readonly #delivered: Record<Signal, number> = { logs: 0, metrics: 0, traces: 0 };
  readonly #dropped = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #deadline = new AbortController();
  #spool: Spool | null = null;
  #memoryBytes = 0;
  #failing = 0;
  #sequence = 0;
  #sending: Batch | null = null;
  /** Memory and spool are read and changed one step after the other on this chain. */
  #queue: Promise<unknown> = Promise.resolve();
  #wake = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  private constructor(options: ExporterOptions) {
    this.#options = options;
  }

  /** Starts delivery, first of what an earlier run left in the spool. Rejects where the spool cannot be opened. */
  static async open(options: ExporterOptions): Promise<Exporter> {
    const exporter = new Exporter(options);
    if (options.spool !== null) {
      const onDrop = (cause: ExportDrop, items: number): void => exporter.#drop(cause, items);
      exporter.#spool = await Spool.open({ ...options.spool, onDrop });
    }
    const newest = (await exporter.#spool?.newest()) ?? null;
    if (newest !== null) await options.onRecovered?.(newest);
    exporter.#sequence = Math.max(Date.now() * 1000, exporter.#spool?.lastSequence ?? 0);
    exporter.#running = exporter.#run();
    return exporter;
  }

  /**
   * Takes data and encodes it at once. Resolves when it is kept, after `onKept`, which runs before any of it is sent. Never
   * rejects save with what `onKept` does: what cannot be encoded, or comes after `close`, is counted as dropped.
   */
  async export(data: ExportData, onKept?: () => Promise<void>): Promise<void> {
    const items = itemsIn(data);
    if (items === 0) return;
    if (this.#closing.signal.aborted) {
      this.#drop('closed', items);
      return;
    }
    let message: Uint8Array;
    try {
      message = encode(data);
    } catch {
      this.#drop('not_encodable', items);
      return;
    }
    const head = { source: this.#options.source, sequence: ++this.#sequence, signal: data.kind, items };
    await this.#enqueue(async () => {
      const body = await gzip(message, { level: 1 });
      this.#memory.push({ ...head, body });
      this.#memoryBytes += body.length;
      await this.#spill(this.#options.durable || this.#failing > 0);
      await onKept?.();
      this.#wake.resolve();
    });
  }

  stats(): ExportStats {
    return {
      delivered: { ...this.#delivered },
      dropped: new Map(this.#dropped),
      failures: new Map(this.#failures),
      failing: this.#failing,
      memoryBytes: this.#memoryBytes,
      spoolBytes: this.#spool?.bytes ?? 0,
      waiting: this.#memory.length + (this.#spool?.length ?? 0),
    };
  }

  /** Delivers what is left for at most `deadline` ms, stops at the first failure, and puts the rest on disk. */
  async close(deadline: number): Promise<void> {
    const timer = setTimeout(() => this.#deadline.abort(), deadline);
    await this.#queue;
    this.#closing.abort();
    this.#wake.resolve();
    await this.#running;
    clearTimeout(timer);
    await this.#enqueue(() => this.#spill(true));
    for (const batch of [...this.#memory]) {
      this.#forget(batch);
      this.#drop('closed', batch.items);
    }
    this.#options.sender.close();
  }

  async #run(): Promise<void> {
    let serverErrors = 0;
    for (;;) {
      this.#wake = Promise.withResolvers();
      const batch = await this.#enqueue(() => this.#oldest());
      this.#sending = batch;
      if (batch === null) {
        if (this.#closing.signal.aborted) return;
        await this.#wake.promise;
        continue;
      }
      const result = await this.#options.sender.send(batch, this.#deadline.signal);
      if (result.kind === 'failed') {
        this.#failing++;
        count(this.#failures, result.cause, 1);
        serverErrors = result.isInternal ? serverErrors + 1 : 0;
        if (serverErrors < MAX_SERVER_ERRORS) {
          await this.#enqueue(() => this.#spill(true));
          if (this.#closing.signal.aborted) return;
          const wait = backoff(this.#options.backoff, this.#failing, result.retryAfter);
          await sleep(wait, undefined, { signal: this.#closing.signal }).catch(() => {});
          continue;
        }
        this.#drop(result.cause as StatusCause, batch.items);
      } else if (result.kind === 'refused') {
        this.#drop(result.cause, batch.items);
      } else {
        this.#delivered[batch.signal] += Math.max(0, batch.items - result.rejected);
        if (result.rejected > 0) this.#drop('partial_success', result.rejected);
      }
      serverErrors = 0;
      this.#failing = 0;
      await this.#enqueue(() => this.#settle(batch));
    }
  }

  async #oldest(): Promise<Batch | null> {
    const batch = (await this.#spool?.oldest()) ?? this.#memory[0] ?? null;
    this.#spool?.hold(batch?.sequence ?? -1);
    return batch;
  }

  /** Moves batches from memory to disk, all of them or those past the limit; where there is no disk, drops these. */
  async #spill(all: boolean): Promise<void> {
    while (this.#memory.length > 0 && (all || this.#memoryBytes > this.#options.maxMemoryBytes)) {
      const batch = this.#memory[0];
      if (await this.#toDisk(batch)) {
        this.#forget(batch);
      } else {
        const victim = this.#memory.find((candidate) => candidate !== this.#sending);
        if (victim === undefined || this.#memoryBytes <= this.#options.maxMemoryBytes) return;
        this.#forget(victim);
        this.#drop(this.#spool === null ? 'memory_full' : 'spool_error', victim.items);
      }
    }
  }

  async #toDisk(batch: Batch): Promise<boolean> {
    try {
      await this.#spool?.push(batch);
      return this.#spool !== null;
    } catch (error) {
      count(this.#failures, `spool_${(error as NodeJS.ErrnoException).code ?? 'error'}`, 1);
      return false;
    }
  }

  /** Forgets a batch that was delivered or given up, wherever it is by now. */
  async #settle(batch: Batch): Promise<void> {
    this.#sending = null;
    this.#forget(batch);
    await this.#spool?.remove(batch.sequence);
  }

  #enqueue<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(change);
    this.#queue = result.then(noop, noop);
    return result;
  }

  #forget(batch: Batch): void {
    const index = this.#memory.indexOf(batch);
    if (index < 0) return;
    this.#memory.splice(index, 1);
    this.#memoryBytes -= batch.body.length;
  }

  #drop(cause: ExportDrop, items: number): void {
    count(this.#dropped, cause, items);
  }
}

function noop(): void {}

function count(into: Map<string, number>, key: string, by: number): void {
  into.set(key, (into.get(key) ?? 0) + by);
}
