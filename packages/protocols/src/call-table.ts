import type { Call } from './call.ts';
import { CallList } from './call-list.ts';

const FIRST_SIZE = 16;
const NO_KEYS = new Float64Array(0);

/** Calls by their id, and by age. Open addressing without tombstones: nothing is allocated but when it grows. */
export class CallTable {
  /** The calls by age. */
  readonly list = new CallList();
  #keys = NO_KEYS;
  #calls: (Call | null)[] = [];

  get(id: number): Call | null {
    if (this.list.length === 0) return null;
    return this.#calls[this.#slot(id)];
  }

  /** Adds a call by `call.id`, which no other call in the table may have. */
  add(call: Call): void {
    if (this.list.length * 2 >= this.#keys.length) this.#grow();
    this.list.push(call);
    this.#put(call);
  }

  /** Takes the call out; without effect where it is not in the table. */
  remove(call: Call): void {
    if (call.list !== this.list) return;
    this.list.remove(call);
    const mask = this.#keys.length - 1;
    let hole = this.#slot(call.id);
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const next = this.#calls[slot];
      if (!next) break;
      const home = hash(next.id) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#calls[hole] = next;
      this.#keys[hole] = next.id;
      hole = slot;
    }
    this.#calls[hole] = null;
  }

  /** The slot of the id: its own, or the free one where it would be. */
  #slot(id: number): number {
    const mask = this.#keys.length - 1;
    let slot = hash(id) & mask;
    while (this.#calls[slot] && this.#keys[slot] !== id) slot = (slot + 1) & mask;
    return slot;
  }

  #put(call: Call): void {
    const slot = this.#slot(call.id);
    this.#keys[slot] = call.id;
    this.#calls[slot] = call;
  }

  #grow(): void {
    const size = Math.max(FIRST_SIZE, this.#keys.length * 2);
    this.#keys = new Float64Array(size);
    this.#calls = new Array<Call | null>(size).fill(null);
    for (let call = this.list.first; call; call = call.after) this.#put(call);
  }
}

/** Of a safe integer. */
function hash(id: number): number {
  const mixed = Math.imul((id | 0) ^ Math.imul((id / 2 ** 32) | 0, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
