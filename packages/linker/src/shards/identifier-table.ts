import { KeyIndex, NONE } from '../key-index.ts';
import type { Identifier } from './identifiers.ts';

/** No record. */
export const NO_RECORD = -1;

interface Generation {
  readonly index: KeyIndex;
  /** The identifier each is below, four words; of a root nothing. */
  readonly up: Uint32Array;
  readonly isRoot: Uint8Array;
  /** Of a root: the newest record of its group, and how many the group ever had. */
  readonly newest: Float64Array;
  readonly records: Uint32Array;
  used: number;
}

const generation = (capacity: number): Generation => ({
  index: new KeyIndex(4, capacity),
  up: new Uint32Array(capacity * 4),
  isRoot: new Uint8Array(capacity),
  newest: new Float64Array(capacity),
  records: new Uint32Array(capacity),
  used: 0,
});

/**
 * Identifiers of one shard, each below another of its group or a root. In two generations: what is not touched for
 * longer than one is forgotten with it, nothing is removed one by one. A slot is good until the next call of `take`.
 */
export class IdentifierTable {
  /** Identifiers forgotten before their time, for want of room. */
  forgotten = 0;
  readonly #capacity: number;
  readonly #life: number;
  #now: Generation;
  #before: Generation;
  #since = 0;

  /** `capacity` of a generation, `life` in ms. */
  constructor(capacity: number, life: number) {
    this.#capacity = capacity;
    this.#life = life;
    this.#now = generation(capacity);
    this.#before = generation(capacity);
  }

  get count(): number {
    return this.#now.used + this.#before.used;
  }

  get bytes(): number {
    return this.count * (16 + 8 + 16 + 1 + 8 + 4);
  }

  /** Slot of an identifier; a new one is a root without records. `now` in ms. */
  take(x: Identifier, now: number): number {
    if (now - this.#since >= this.#life) this.#turn(now);
    const known = this.#now.index.find(x[0], x[1], x[2], x[3]);
    if (known !== NONE) return known;
    if (this.#now.used === this.#capacity) {
      this.forgotten += this.#before.used;
      this.#turn(now);
    }
    const { index, up, isRoot, newest, records } = this.#now;
    const slot = this.#now.used++;
    index.add(slot, x[0], x[1], x[2], x[3]);
    const before = this.#before;
    const old = before.index.find(x[0], x[1], x[2], x[3]);
    isRoot[slot] = old === NONE ? 1 : before.isRoot[old];
    newest[slot] = old === NONE ? NO_RECORD : before.newest[old];
    records[slot] = old === NONE ? 0 : before.records[old];
    for (let i = 0; i < 4; i++) up[slot * 4 + i] = old === NONE ? 0 : before.up[old * 4 + i];
    return slot;
  }

  isRoot(slot: number): boolean {
    return this.#now.isRoot[slot] === 1;
  }

  up(slot: number): Identifier {
    const { up } = this.#now;
    const at = slot * 4;
    return [up[at], up[at + 1], up[at + 2], up[at + 3]];
  }

  /** Puts an identifier below another. */
  setUp(slot: number, x: Identifier): void {
    this.#now.up.set(x, slot * 4);
    this.#now.isRoot[slot] = 0;
    this.setRecords(slot, NO_RECORD, 0);
  }

  newest(slot: number): number {
    return this.#now.newest[slot];
  }

  records(slot: number): number {
    return this.#now.records[slot];
  }

  setRecords(slot: number, newest: number, count: number): void {
    this.#now.newest[slot] = newest;
    this.#now.records[slot] = count;
  }

  #turn(now: number): void {
    [this.#now, this.#before] = [this.#before, this.#now];
    this.#now.index.clear();
    this.#now.used = 0;
    this.#since = now;
  }
}
