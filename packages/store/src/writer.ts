import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredBatches } from './batches.ts';
import { type GroupInserter, StoreBusy } from './group-inserter.ts';
import type { Journal } from './journal.ts';
import { type Batch, type Intake, linesOf } from './rows.ts';

export interface WriterLimits {
  /** Rows waiting for the running insert, past which intakes are turned away. */
  readonly maxWaitingRows: number;
  /** Rows of one group. */
  readonly maxGroupRows: number;
  /** How long the first intake of a group waits for company, in milliseconds. */
  readonly linger: number;
}

export const WRITER_LIMITS: WriterLimits = { maxWaitingRows: 500_000, maxGroupRows: 100_000, linger: 20 };

interface Waiting {
  readonly intake: Intake;
  readonly rows: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const sizeOf = (intake: Intake) =>
  intake.requests.length +
  intake.spans.length +
  (intake.network?.length ?? 0) +
  intake.metrics.length +
  intake.resources.length +
  (intake.logs?.length ?? 0) +
  (intake.aliases?.length ?? 0) +
  (intake.links?.length ?? 0) +
  1;

/**
 * Groups intakes and writes one group after the other: journal, inserts, journal entry removed, callers answered.
 * Every intake is stored exactly once, also when the process is killed at any point or an insert's answer is lost.
 */
export class Writer {
  readonly #journal: Journal;
  readonly #inserter: GroupInserter;
  readonly #stored: StoredBatches;
  readonly #limits: WriterLimits;
  readonly #writing = new Map<string, Promise<'stored' | 'repeated'>>();
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  #running: Promise<void> | null = null;
  #closing = false;

  constructor(journal: Journal, inserter: GroupInserter, stored: StoredBatches, limits: WriterLimits) {
    this.#journal = journal;
    this.#inserter = inserter;
    this.#stored = stored;
    this.#limits = limits;
  }

  /**
   * Resolves when the intake is stored: `stored`, or `repeated` where its batch was stored before.
   * Throws StoreBusy (try again) or StoreRefused (do not).
   */
  async write(intake: Intake): Promise<'stored' | 'repeated'> {
    const { batch } = intake;
    if (batch === undefined) {
      await this.#enqueue(intake);
      return 'stored';
    }
    const key = `${batch.source}/${batch.sequence}`;
    const running = this.#writing.get(key);
    if (running !== undefined) {
      await running;
      return 'repeated';
    }
    const written = this.#writeOnce(intake, batch);
    this.#writing.set(key, written);
    try {
      return await written;
    } finally {
      this.#writing.delete(key);
    }
  }

  async #writeOnce(intake: Intake, batch: Batch): Promise<'stored' | 'repeated'> {
    if (await this.#stored.has(batch)) return 'repeated';
    await this.#enqueue(intake);
    return 'stored';
  }

  /** Takes nothing more and waits until all is stored, at most `patience` ms; what is left stays in the journal. */
  async close(patience = 10_000): Promise<void> {
    this.#closing = true;
    const impatience = setTimeout(() => this.#inserter.stop(), patience);
    while (this.#running !== null) await this.#running;
    clearTimeout(impatience);
  }

  #enqueue(intake: Intake): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const rows = sizeOf(intake);
    if (this.#closing) {
      reject(new StoreBusy('the store is closing'));
    } else if (this.#waitingRows > 0 && this.#waitingRows + rows > this.#limits.maxWaitingRows) {
      reject(new StoreBusy(`${this.#waitingRows} rows are waiting to be stored`));
    } else {
      this.#waiting.push({ intake, rows, resolve, reject });
      this.#waitingRows += rows;
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
    }
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (!this.#closing) await sleep(this.#limits.linger);
      const group = this.#take();
      try {
        await this.#writeGroup(group.map((waiting) => waiting.intake));
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
    }
  }

  async #writeGroup(intakes: readonly Intake[]): Promise<void> {
    const bodies = linesOf(intakes, Math.floor(Date.now() / 1000));
    const entry = await this.#journal.append(bodies).catch((cause) => {
      throw new StoreBusy('the journal cannot be written', { cause });
    });
    await this.#inserter.insert(entry.name, entry.group);
    for (const { batch } of intakes) if (batch !== undefined) this.#stored.add(batch);
  }

  #take(): Waiting[] {
    let rows = 0;
    let end = 0;
    while (end < this.#waiting.length && (end === 0 || rows + this.#waiting[end].rows <= this.#limits.maxGroupRows)) {
      rows += this.#waiting[end++].rows;
    }
    this.#waitingRows -= rows;
    return this.#waiting.splice(0, end);
  }
}
