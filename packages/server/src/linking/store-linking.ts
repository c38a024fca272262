import { HEALTH_PATH } from '@sonde/model';
import type { Store } from '@sonde/store';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config.ts';

/**
 * Links spans by statements in the store, again and again for those of the last minutes: no state in this process, and
 * nothing to lose but time.
 */
export class StoreLinking {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #config: ServerConfig['linker'];
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #toldAt = Date.now();

  constructor(store: Store, log: Logger, config: ServerConfig['linker']) {
    this.#store = store;
    this.#log = log;
    this.#config = config;
    this.#timer = setInterval(() => {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
    }, config.interval);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { window, clockBound } = this.#config;
    const begin = Date.now();
    try {
      await this.#store.linkSpans({ window, clockBound, unfollowed: HEALTH_PATH.source }, begin);
      await this.#tell(Date.now() - begin);
    } catch (error) {
      this.#log.warn({ err: error }, 'spans were not linked, trying again');
    }
  }

  /** Stores how long a run took. */
  async #tell(milliseconds: number): Promise<void> {
    const now = Date.now();
    if (now - this.#toldAt < 10_000) return;
    this.#toldAt = now;
    const time = Math.floor(now / 1000);
    const from = { service: 'sonde-server', instance: '', host: '', attributes: {}, kind: 'gauge' as const };
    const row = {
      ...from,
      time,
      start: time,
      metric: 'sonde.linker.run.duration',
      unit: 's',
      value: milliseconds / 1000,
    };
    await this.#store.write({ requests: [], spans: [], resources: [], metrics: [row] });
  }
}
