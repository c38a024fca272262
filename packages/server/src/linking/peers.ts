import { setTimeout as sleep } from 'node:timers/promises';
import type { Shard } from '@sonde/linker';
import type { Logger } from 'pino';

/** Where a server takes the messages of others, at the origin of its OTLP/HTTP intake. */
export const MESSAGES_PATH = '/internal/linker/messages';

const TICK = 20;
const TIMEOUT = 5000;
const LONGEST_PAUSE = 5000;
const COMPLAIN_EVERY = 60_000;

export interface PeersConfig {
  readonly shards: readonly string[];
  readonly self: number;
  readonly token: string;
}

/**
 * Carries a shard's messages to the others, to each one batch after the other. A batch is repeated until it is taken, or
 * refused; meanwhile the others wait at the shard, which bounds them.
 */
export class Peers {
  readonly counts = { retried: 0, refusedBatches: 0 };
  readonly #shard: Shard;
  readonly #config: PeersConfig;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  readonly #running = new Map<number, Promise<void>>();
  readonly #complained = new Map<number, number>();

  constructor(shard: Shard, config: PeersConfig, log: Logger) {
    this.#shard = shard;
    this.#config = config;
    this.#log = log;
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  /** Sends what waits, as far as the others take it at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#tick();
    setTimeout(() => this.#stop.abort(), 1000).unref();
    await Promise.all(this.#running.values());
  }

  #tick(): void {
    this.#shard.advance(Date.now());
    for (const to of this.#config.shards.keys()) {
      if (to === this.#config.self || this.#running.has(to)) continue;
      const batch = this.#shard.messages(to);
      if (batch === null) continue;
      this.#running.set(
        to,
        this.#send(to, batch).finally(() => this.#running.delete(to)),
      );
    }
  }

  async #send(to: number, first: Uint8Array): Promise<void> {
    for (let batch: Uint8Array | null = first; batch !== null; batch = this.#shard.messages(to)) {
      for (let attempt = 1; !(await this.#isDone(to, batch)); attempt++) {
        this.counts.retried++;
        await sleep(Math.min(100 * 2 ** attempt, LONGEST_PAUSE), undefined, { signal: this.#stop.signal }).catch(
          () => {},
        );
        if (this.#stop.signal.aborted) return;
      }
    }
  }

  /** Whether the batch was taken, or never will be. */
  async #isDone(to: number, batch: Uint8Array): Promise<boolean> {
    const { shards, token } = this.#config;
    try {
      const response = await fetch(new URL(MESSAGES_PATH, shards[to]), {
        method: 'POST',
        headers: {
          'content-type': 'application/octet-stream',
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
        body: batch as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), this.#stop.signal]),
      });
      const text = await response.text();
      if (response.status < 400) return true;
      if (response.status >= 500) throw new Error(`answered ${response.status}: ${text}`);
      this.counts.refusedBatches++;
      this.#complain(to, new Error(`refused with ${response.status}: ${text}`));
      return true;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#complain(to, error);
      return false;
    }
  }

  #complain(to: number, error: unknown): void {
    const now = Date.now();
    if (now - (this.#complained.get(to) ?? 0) < COMPLAIN_EVERY) return;
    this.#complained.set(to, now);
    this.#log.warn({ err: error, shard: this.#config.shards[to] }, 'another server does not take the keys of spans');
  }
}
