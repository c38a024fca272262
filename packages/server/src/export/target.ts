import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeTraces, type LogsData, type MetricsData } from '@sonde/otlp';
import {
  type Batch,
  EXPORT_DEFAULTS,
  Exporter,
  type ExportStats,
  GrpcSender,
  HttpSender,
  makeFolder,
} from '@sonde/otlp/export';
import type { Store } from '@sonde/store';
import type { Logger } from 'pino';
import type { ExportTarget } from '../config.ts';
import { ExportedSpans } from './exported-spans.ts';
import { ResourceBook } from './resource-book.ts';
import { TraceExport } from './trace-export.ts';

/** Given to a target at the end for what it has not got yet, in ms. */
const CLOSE_DEADLINE = 2000;

/** After a restart spans are looked for from so long before the earliest that waited, in seconds. */
const RECALL_MARGIN = 60;

/** From when on spans may wait is noted this often, in seconds, and at once where it is earlier than noted. */
const NOTE_EVERY = 10;

export interface TargetOptions {
  readonly store: Store;
  readonly log: Logger;
  /** A folder for this target alone. */
  readonly directory: string;
  readonly nameOf: (traceId: string) => string;
  /** How long no span of a trace must have come before it is sent, in ms. */
  readonly wait: number;
  /** Whether only traces that were decided to be kept are sent. */
  readonly isSampled: boolean;
  /** Whether other servers of the same store send traces too. */
  readonly isShared: boolean;
}

/**
 * One place data is sent on to. Its folder holds the batches that wait (`spool/`), what was sent lately, the name its
 * batches go by, and from when on spans may wait to be sent.
 */
export class Target {
  readonly config: ExportTarget;
  /** `null` where traces are not asked for. */
  readonly traces: TraceExport | null;
  readonly #options: TargetOptions;
  readonly #exporter: Exporter;
  readonly #exported: ExportedSpans;
  #since = 0;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(config: ExportTarget, options: TargetOptions, exporter: Exporter, exported: ExportedSpans) {
    const { store, nameOf, isSampled, isShared } = options;
    this.config = config;
    this.#options = options;
    this.#exporter = exporter;
    this.#exported = exported;
    this.traces = !config.signals.includes('traces')
      ? null
      : new TraceExport({
          store,
          nameOf,
          exported,
          resources: new ResourceBook(store),
          wait: isSampled ? 0 : options.wait,
          isWhole: !isSampled && !isShared,
          send: (data, onKept) => exporter.export(data, onKept),
        });
  }

  /** Starts delivery, first of what an earlier process left. Rejects with the file system's error. */
  static async open(config: ExportTarget, options: TargetOptions): Promise<Target> {
    const { directory } = options;
    await makeFolder(directory);
    const exported = await ExportedSpans.open(directory);
    const endpoint = { url: new URL(config.url), headers: config.headers };
    const exporter = await Exporter.open({
      ...EXPORT_DEFAULTS,
      durable: true,
      source: await nameIn(directory),
      sender: config.protocol === 'grpc' ? new GrpcSender(endpoint) : new HttpSender(endpoint),
      spool: { directory: join(directory, 'spool'), maxBytes: config.spoolBytes },
      onRecovered: (newest) => rememberBatch(exported, newest),
    });
    const target = new Target(config, options, exporter, exported);
    await target.#recall();
    return target;
  }

  get stats(): ExportStats {
    return this.#exporter.stats();
  }

  /** Sends on what was received, if it is asked for. Resolves when it is on disk. */
  async forward(data: LogsData | MetricsData): Promise<void> {
    if (this.config.signals.includes(data.kind)) await this.#exporter.export(data);
  }

  /** Sends the traces that have ended, or all. Never rejects: what the store does not give now waits. */
  flush(now: number, all = false): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush(now, all));
    return this.#flushing;
  }

  async stop(): Promise<void> {
    await this.flush(Date.now(), true);
    await this.#exporter.close(CLOSE_DEADLINE);
    await this.#exported.close();
  }

  async #flush(now: number, all: boolean): Promise<void> {
    if (this.traces === null) return;
    try {
      await this.traces.flush(now, all);
      const since = this.traces.earliest ?? Math.floor(now / 1000);
      const later = since - this.#since;
      if (later >= 0 && later < NOTE_EVERY) return;
      await writeWhole(join(this.#options.directory, 'since'), String(since));
      this.#since = since;
    } catch (error) {
      this.#options.log.warn({ err: error, target: this.config.name }, 'traces wait to be sent on');
    }
  }

  /** Takes up the traces that waited when an earlier process ended; those of a shared store come from the linker. */
  async #recall(): Promise<void> {
    const text = await readFile(join(this.#options.directory, 'since'), 'utf8').catch(() => '');
    if (this.traces === null || this.#options.isShared || !/^\d+$/.test(text)) return;
    const since = Math.max(0, Number(text) - RECALL_MARGIN);
    const now = Date.now();
    for (const traceId of await this.#options.store.keptTraces(since)) this.traces.offer(traceId, since, now);
  }
}

/** Killed after the batch was kept and before that was noted: it was not sent yet, so it is still there. */
async function rememberBatch(exported: ExportedSpans, batch: Batch): Promise<void> {
  if (batch.signal !== 'traces') return;
  const spans = decodeTraces(gunzipSync(batch.body)).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans),
  );
  const unknown = spans.filter(({ traceId, spanId }) => !exported.has(traceId, spanId));
  await exported.add(unknown.map(({ traceId, spanId }) => ({ traceId, spanId, stored: traceId })));
}

/** The name of a folder, made once. */
async function nameIn(directory: string): Promise<string> {
  const path = join(directory, 'name');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known;
  const name = `server-${randomUUID()}`;
  await writeWhole(path, name);
  return name;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
