import type { ExportResponse, LogsData, MetricsData, Signal, TracesData } from '@sonde/otlp';
import type { Batch, Intake, SpanRow, Store } from '@sonde/store';
import type { ServerConfig } from '../config.ts';
import { within } from './admission.ts';
import { decode, type Format } from './body.ts';
import { KnownResources } from './known-resources.ts';
import { logsIntake } from './logs.ts';
import { type Mapped, metricsIntake } from './metrics.ts';
import { tracesIntake } from './spans.ts';
import { AcceptedTimes } from './times.ts';

/** Which table spans go to, and who hears of those that are in it. */
export interface SpanSink {
  readonly to: 'spans' | 'spans_recent';
  readonly onStored: (spans: readonly SpanRow[]) => void;
}

/** Takes what is to be sent on as it came; resolves when that is sure. */
export type Forward = (data: LogsData | MetricsData) => Promise<void>;

function map(data: LogsData | MetricsData | TracesData, times: AcceptedTimes): Mapped {
  switch (data.kind) {
    case 'logs':
      return logsIntake(data, times);
    case 'metrics':
      return metricsIntake(data, times);
    case 'traces':
      return tracesIntake(data, times);
  }
}

/** One export as it came, decompressed. */
export interface Received {
  readonly signal: Signal;
  readonly format: Format;
  readonly body: Buffer;
  readonly batch: Batch | undefined;
}

/** Takes exports whatever way they came. */
export class Receiver {
  readonly config: ServerConfig['intake'];
  readonly #store: Store;
  readonly #spans: SpanSink;
  readonly #forward: Forward;
  readonly #resources = new KnownResources();

  constructor(store: Store, config: ServerConfig['intake'], spans: SpanSink, forward: Forward = async () => {}) {
    this.config = config;
    this.#store = store;
    this.#spans = spans;
    this.#forward = forward;
  }

  /**
   * Resolves when everything the answer does not name as rejected is durable in the store. Throws what `decode`, the
   * store and `within` throw.
   */
  async take({ signal, format, body, batch }: Received): Promise<ExportResponse> {
    const now = Math.floor(Date.now() / 1000);
    const data = decode(signal, format, body);
    const { intake, rejected } = map(data, new AcceptedTimes(now, this.config.maxAge));
    const resources = this.#resources.changed(intake.resources);
    const rows = { ...intake, spansTo: this.#spans.to, resources, ...(batch === undefined ? {} : { batch }) };
    await within(this.config.timeout, this.#keep(rows, data));
    return { rejected: rejected.count, errorMessage: rejected.message };
  }

  /** Goes on after the sender was told to try again: its repetition finds the rows stored, and is none of this. */
  async #keep(rows: Intake, data: LogsData | MetricsData | TracesData): Promise<void> {
    if ((await this.#store.write(rows)) === 'repeated') return;
    this.#spans.onStored(rows.spans);
    if (data.kind !== 'traces') await this.#forward(data);
  }
}
