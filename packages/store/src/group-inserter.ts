import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { isPermanent } from './client.ts';
import type { Group, Journal } from './journal.ts';
import { insertStatement } from './rows.ts';

/** The store cannot take the rows now; the same intake may be offered again. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** The store refused the rows for ever; they are kept in the file `path`. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`the store refused a group of rows, kept in ${path}`, { cause });
    this.path = path;
  }
}

/** Called when an insert failed and will be repeated. */
export type OnRetry = (error: unknown, attempt: number) => void;

const LONGEST_PAUSE = 5000;

/** Puts journaled groups into the tables: repeats each insert until it succeeds, harmless because of its token. */
export class GroupInserter {
  readonly #client: ClickHouseClient;
  readonly #journal: Journal;
  readonly #onRetry: OnRetry;
  readonly #stop = new AbortController();

  constructor(client: ClickHouseClient, journal: Journal, onRetry: OnRetry) {
    this.#client = client;
    this.#journal = journal;
    this.#onRetry = onRetry;
  }

  /** Stores what an earlier process left in the journal; returns how many groups that were. */
  async recover(): Promise<number> {
    let groups = 0;
    for await (const { name, group } of this.#journal.pending()) {
      await this.insert(name, group);
      groups++;
    }
    return groups;
  }

  /** Throws StoreRefused, or StoreBusy after `stop`; the group is then still in the journal. */
  async insert(name: string, group: Group): Promise<void> {
    for (const [table, body] of group.bodies) {
      await this.#persist(name, `${insertStatement(table, group.id)}\n${body}`);
    }
    await this.#journal.remove(name);
  }

  /** Ends the repetition of failing inserts. */
  stop(): void {
    this.#stop.abort();
  }

  async #persist(name: string, query: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.command({ query });
        return;
      } catch (error) {
        if (isPermanent(error)) throw new StoreRefused(await this.#journal.reject(name), error);
        this.#onRetry(error, attempt);
        const pause = Math.min(50 * 2 ** attempt, LONGEST_PAUSE);
        await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => {});
        if (this.#stop.signal.aborted)
          throw new StoreBusy('the store closed before it took the rows', { cause: error });
      }
    }
  }
}
