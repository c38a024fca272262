import { monotonic } from '../clock.ts';
import type { Probes } from './probes.ts';
import type { Reader } from './reader.ts';

/** Records read before other work of the process gets its turn. */
const BATCH = 16_384;
/** Pauses between looks at the ring, in milliseconds: short while much comes, long while nothing does. */
const SHORTEST = 2;
const LONGEST = 20;
/** Records in one look above which the pause gets shorter, and below which longer. */
const MANY = 2_000;
const FEW = 200;
/** How often turns that are over, but quiet, are asked for, in nanoseconds. */
const IDLE_FLUSH = 250e6;

/** What holds turns back until it is asked for them. */
type Flushing = Pick<Probes, 'flushIdle' | 'flushAll'>;

/** Empties the ring buffer on a timer that follows the load: no wake-ups from the kernel. */
export class Poller {
  readonly #probes: Flushing;
  readonly #reader: Reader;
  #pause = LONGEST;
  #flushed = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(probes: Flushing, reader: Reader) {
    this.#probes = probes;
    this.#reader = reader;
  }

  start(): void {
    this.#timer = setTimeout(this.#look, this.#pause);
  }

  /** Reads what is left, turns under way included. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#probes.flushAll();
    while (this.#reader.drain(BATCH) > 0);
  }

  readonly #look = (): void => {
    if (this.#stopped) return;
    const now = monotonic();
    if (now - this.#flushed > IDLE_FLUSH) {
      this.#flushed = now;
      this.#probes.flushIdle();
    }
    const count = this.#reader.drain(BATCH);
    if (count > MANY) this.#pause = Math.max(SHORTEST, this.#pause / 2);
    else if (count < FEW) this.#pause = Math.min(LONGEST, this.#pause * 1.5);
    if (count >= BATCH) setImmediate(this.#look);
    else this.#timer = setTimeout(this.#look, this.#pause);
  };
}
