import { KeyIndex, NONE } from './key-index.ts';

/** Ids of spans that are no longer held, each with its trace: what is needed to place a late child or parent. */
export class Remembered {
  count = 0;
  readonly #index: KeyIndex;
  readonly #capacity: number;
  readonly #trace: Uint32Array;
  /** When it was added, in seconds. */
  readonly #added: Uint32Array;
  #head = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#index = new KeyIndex(2, capacity);
    this.#trace = new Uint32Array(capacity);
    this.#added = new Uint32Array(capacity);
  }

  /** 8 of the id, 8 of the index, 4 of the trace, 4 of the time. */
  readonly bytesPerId = 24;

  get full(): boolean {
    return this.count === this.#capacity;
  }

  /** Trace of the id, NONE where it is not known. */
  find(high: number, low: number): number {
    const entry = this.#index.find(high, low);
    return entry === NONE ? NONE : this.#trace[entry];
  }

  /** The id must be new and there must be room; `now` in ms. */
  add(high: number, low: number, trace: number, now: number): void {
    const entry = (this.#head + this.count) % this.#capacity;
    this.#index.add(entry, high, low);
    this.#trace[entry] = trace;
    this.#added[entry] = Math.floor(now / 1000);
    this.count++;
  }

  /** When the oldest was added, in ms; infinite where there is none. */
  get oldest(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.#added[this.#head] * 1000;
  }

  /** Forgets the oldest and returns its trace. */
  drop(): number {
    const trace = this.#trace[this.#head];
    this.#index.remove(this.#head);
    this.#head = (this.#head + 1) % this.#capacity;
    this.count--;
    return trace;
  }
}
