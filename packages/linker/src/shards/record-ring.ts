import { NO_RECORD } from './identifier-table.ts';
import { RECORD_BYTES } from './span-record.ts';

export const RECORD = { waits: 0, given: 1, gone: 2 } as const;
export type RecordState = (typeof RECORD)[keyof typeof RECORD];

/**
 * Records of spans in the order they came, each known by its number, as bytes: those of one group are a list, newest
 * first. A record waits, is given to the linker, and stays for as long as its group may have to move: then it is gone.
 */
export class RecordRing {
  readonly capacity: number;
  /** Numbers of the oldest record held, of the oldest that may still wait, and of the next to come. */
  first = 0;
  waiting = 0;
  next = 0;
  readonly view: DataView;
  readonly #bytes: Uint8Array;
  readonly #came: Float64Array;
  readonly #older: Float64Array;
  readonly #state: Uint8Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#bytes = new Uint8Array(capacity * RECORD_BYTES);
    this.view = new DataView(this.#bytes.buffer);
    this.#came = new Float64Array(capacity);
    this.#older = new Float64Array(capacity);
    this.#state = new Uint8Array(capacity);
  }

  get count(): number {
    return this.next - this.first;
  }

  /** The record's bytes lie in `view` from here on. */
  at(record: number): number {
    return (record % this.capacity) * RECORD_BYTES;
  }

  cameAt(record: number): number {
    return this.#came[record % this.capacity];
  }

  stateOf(record: number): RecordState {
    return this.#state[record % this.capacity] as RecordState;
  }

  setState(record: number, state: RecordState): void {
    this.#state[record % this.capacity] = state;
  }

  /** Takes the bytes of a record, `older` being the newest of its group so far. There must be room. */
  push(bytes: Uint8Array, older: number, now: number): number {
    const record = this.next++;
    const slot = record % this.capacity;
    this.#bytes.set(bytes, slot * RECORD_BYTES);
    this.#came[slot] = now;
    this.#older[slot] = older;
    this.#state[slot] = RECORD.waits;
    return record;
  }

  /** The next older record of a group; NO_RECORD where none is held. */
  older(record: number): number {
    return this.#held(this.#older[record % this.capacity]);
  }

  /** One list of two; returns its newest. */
  merge(x: number, y: number): number {
    let [a, b] = [this.#held(x), this.#held(y)];
    if (a < b) [a, b] = [b, a];
    const newest = a;
    while (b !== NO_RECORD) {
      const older = this.older(a);
      if (older > b) {
        a = older;
      } else {
        this.#older[a % this.capacity] = b;
        [a, b] = [b, older];
      }
    }
    return newest;
  }

  /** Records of a group, oldest first. */
  list(newest: number): number[] {
    const records: number[] = [];
    for (let record = this.#held(newest); record !== NO_RECORD; record = this.older(record)) records.push(record);
    return records.reverse();
  }

  #held(record: number): number {
    return record < this.first ? NO_RECORD : record;
  }
}
