import type { SpanKeys } from '../keys.ts';
import type { LinkerLimits } from '../limits.ts';
import { type Changes, Linker } from '../linker.ts';
import { Shard, type ShardLimits } from './shard.ts';
import type { SpanRecord } from './span-record.ts';

export interface Network {
  /** How long a batch is on its way, in ms. */
  readonly delay: () => number;
  /** Whether it comes a second time, as after an answer that was lost. */
  readonly repeats: () => boolean;
  /** Whether a shard can be reached. */
  readonly isUp: (shard: number) => boolean;
}

export const CALM: Network = { delay: () => 1, repeats: () => false, isUp: () => true };

interface Flight {
  readonly to: number;
  readonly at: number;
  readonly batch: Uint8Array;
}

/** Several shards with a linker each, and a network between them. */
export class Cluster {
  readonly shards: readonly Shard[];
  readonly linkers: readonly Linker[];
  /** Records by the shard that took them, in order; those that left are gone. */
  readonly taken: readonly SpanRecord[][];
  /** Spans in the order in which linkers took them, each once. */
  readonly order: { readonly keys: SpanKeys; readonly at: number }[] = [];
  readonly changes: Changes[] = [];
  readonly #network: Network;
  #flights: Flight[] = [];

  constructor(count: number, linker: Partial<LinkerLimits>, shard: Partial<ShardLimits>, network: Network = CALM) {
    const names = Array.from({ length: count }, (_, i) => `http://shard-${i}:4318`);
    this.linkers = names.map(() => new Linker(linker));
    this.taken = names.map(() => []);
    this.#network = network;
    this.shards = names.map((_, self) => {
      const take = (record: SpanRecord, now: number) => {
        this.taken[self].push(record);
        if (this.linkers[self].span(record.keys, now) && !record.keys.isDecided)
          this.order.push({ keys: record.keys, at: now });
      };
      const leave = (record: SpanRecord) => {
        const at = this.taken[self].findLastIndex(({ keys }) => String(keys.id) === String(record.keys.id));
        this.taken[self].splice(at, 1);
        return { ...record, keys: this.linkers[self].decided(record.keys) };
      };
      return new Shard(self, names, { take, leave }, shard);
    });
  }

  /** Lets `now` come, in ms: what is due arrives, what waits is sent. */
  advance(now: number): void {
    for (;;) {
      this.#send(now);
      const due = this.#flights.filter(({ at }) => at <= now);
      if (due.length === 0) break;
      this.#flights = this.#flights.filter(({ at }) => at > now);
      for (const { to, batch } of due) this.shards[to].receive(batch, now);
    }
    for (const [i, shard] of this.shards.entries()) {
      shard.advance(now);
      this.changes.push(this.linkers[i].advance(now));
    }
  }

  #send(now: number): void {
    for (const shard of this.shards) {
      for (let to = 0; to < this.shards.length; to++) {
        for (let batch = shard.messages(to); batch !== null; batch = shard.messages(to)) {
          if (!this.#network.isUp(to)) continue;
          this.#flights.push({ to, batch, at: now + this.#network.delay() });
          if (this.#network.repeats()) this.#flights.push({ to, batch, at: now + this.#network.delay() });
        }
      }
    }
  }
}
