import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from './client.ts';
import { RangeSet } from './ranges.ts';
import type { Batch } from './rows.ts';

export interface BatchLimits {
  /** Ranges of sequence numbers held in memory, 16 bytes each: of one source, and of all. */
  readonly ofSource: number;
  readonly ofAll: number;
}

export const BATCH_LIMITS: BatchLimits = { ofSource: 10_000, ofAll: 1_000_000 };

interface Known {
  readonly ranges: RangeSet;
  /** Sequence numbers below are in the table only. */
  floor: number;
  /** Seconds since the epoch. */
  used: number;
}

/** Batches that follow each other, those stored last first. */
const ISLANDS = `SELECT source, min(sequence) AS low, max(sequence) AS high, toUnixTimestamp(max(time)) AS used
  FROM (
    SELECT source, sequence, time,
      toInt64(sequence) - row_number() OVER (PARTITION BY source ORDER BY sequence) AS island
    FROM (SELECT source, sequence, max(time) AS time FROM batches GROUP BY source, sequence)
  )
  GROUP BY source, island ORDER BY used DESC, low DESC LIMIT {limit:UInt32}`;

/**
 * Which exports are stored already. The table `batches` knows, for as long as it keeps them; what was used last is held
 * in memory as ranges. Once something had to make room, what is not held is asked of the table.
 */
export class StoredBatches {
  readonly #client: ClickHouseClient;
  readonly #limits: BatchLimits;
  /** The one used last comes last. */
  readonly #bySource = new Map<string, Known>();
  #held = 0;
  /** Whether a source that is not held has stored nothing. */
  #isComplete = true;

  private constructor(client: ClickHouseClient, limits: BatchLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  /** `shared`: other servers store into the table too, so that it is asked whatever is not held. */
  static async load(client: ClickHouseClient, limits = BATCH_LIMITS, shared = false): Promise<StoredBatches> {
    const stored = new StoredBatches(client, limits);
    const islands = await rowsOf<{ source: string; low: number; high: number; used: number }>(client, ISLANDS, {
      limit: limits.ofAll,
    });
    stored.#isComplete = !shared && islands.length < limits.ofAll;
    for (const { source, low, high, used } of islands.reverse()) stored.#add(source, low, high, used);
    return stored;
  }

  /** Ranges in memory. */
  get held(): number {
    return this.#held;
  }

  async has({ source, sequence }: Batch): Promise<boolean> {
    const known = this.#bySource.get(source);
    if (known?.ranges.has(sequence)) return true;
    if (known === undefined ? this.#isComplete : sequence >= known.floor) return false;
    const [{ found }] = await rowsOf<{ found: number }>(
      this.#client,
      'SELECT count() AS found FROM batches WHERE source = {source:String} AND sequence = {sequence:UInt64}',
      { source, sequence },
    );
    return found > 0;
  }

  add({ source, sequence }: Batch, now = Math.floor(Date.now() / 1000)): void {
    this.#add(source, sequence, sequence, now);
  }

  /** Forgets sources without a batch since `time`, seconds since the epoch: the table has nothing of them any more. */
  forget(time: number): void {
    for (const [source, { used }] of this.#bySource) if (used < time) this.#drop(source);
  }

  #add(source: string, low: number, high: number, used: number): void {
    const known = this.#bySource.get(source) ?? {
      ranges: new RangeSet(),
      floor: this.#isComplete ? 0 : Number.POSITIVE_INFINITY,
      used,
    };
    this.#bySource.delete(source);
    this.#bySource.set(source, known);
    this.#held -= known.ranges.ranges;
    known.used = Math.max(known.used, used);
    known.ranges.add(low, high);
    if (known.ranges.ranges > this.#limits.ofSource) {
      known.floor = Math.max(known.floor, known.ranges.keepHighest(Math.ceil(this.#limits.ofSource / 2)));
    }
    this.#held += known.ranges.ranges;
    for (const [oldest] of this.#bySource) {
      if (this.#held <= this.#limits.ofAll || oldest === source) break;
      this.#drop(oldest);
      this.#isComplete = false;
    }
  }

  #drop(source: string): void {
    this.#held -= this.#bySource.get(source)!.ranges.ranges;
    this.#bySource.delete(source);
  }
}
