import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from './client.ts';
import { RangeSet } from './ranges.ts';
import type { Batch } from './rows.ts';

/** Which exports are stored already. Remembered in memory as ranges, and in the table `batches` across restarts. */
export class StoredBatches {
  readonly #bySource = new Map<string, RangeSet>();

  static async load(client: ClickHouseClient): Promise<StoredBatches> {
    const stored = new StoredBatches();
    const islands = await rowsOf<{ source: string; low: number; high: number }>(
      client,
      `SELECT source, min(sequence) AS low, max(sequence) AS high
      FROM (
        SELECT source, sequence, toInt64(sequence) - row_number() OVER (PARTITION BY source ORDER BY sequence) AS island
        FROM (SELECT DISTINCT source, sequence FROM batches)
      )
      GROUP BY source, island`,
    );
    for (const { source, low, high } of islands) stored.#of(source).add(low, high);
    return stored;
  }

  has({ source, sequence }: Batch): boolean {
    return this.#bySource.get(source)?.has(sequence) ?? false;
  }

  add({ source, sequence }: Batch): void {
    this.#of(source).add(sequence);
  }

  #of(source: string): RangeSet {
    let set = this.#bySource.get(source);
    if (set === undefined) this.#bySource.set(source, (set = new RangeSet()));
    return set;
  }
}
