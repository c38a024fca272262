import { hex32 } from './hex.ts';
import { KeyIndex, NONE } from './key-index.ts';
import type { LinkMethod } from './keys.ts';

export const FLAG = {
  /** The span itself arrived; without it the slot is only somebody's parent. */
  present: 1,
  kernel: 2,
  client: 4,
  /** Its grace is over. */
  settled: 8,
  /** Its parent is present, fits, and both are in one trace. */
  joined: 16,
} as const;

const UNIT = 10_000;

/** Names of methods past which all others are `other`: they come from outside. */
const MAX_METHODS = 255;

/**
 * Spans by id, in columns: a slot a span, and a slot a span that is only named. Slots lie in a queue in the order they
 * were taken, and children in a list at their parent.
 */
export class SpanTable {
  readonly start: Float64Array;
  readonly duration: Float32Array;
  readonly trace: Uint32Array;
  readonly parent: Uint32Array;
  readonly flags: Uint8Array;
  readonly host: Uint16Array;
  /** Most edges of any chain that ever hung below the span. */
  readonly height: Uint16Array;
  readonly firstChild: Uint32Array;
  readonly nextSibling: Uint32Array;
  readonly children: Uint32Array;
  /** When the slot was taken, in ms. */
  readonly taken: Float64Array;
  /** The next slot in the queue; of a free slot the next free one. */
  readonly later: Uint32Array;
  oldest = NONE;
  newest = NONE;
  count = 0;
  readonly capacity: number;
  readonly #previousSibling: Uint32Array;
  readonly #method: Uint8Array;
  readonly #confidence: Uint16Array;
  readonly #methods: LinkMethod[] = ['other'];
  readonly #index: KeyIndex;
  #free = NONE;
  #used = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.start = new Float64Array(capacity);
    this.duration = new Float32Array(capacity);
    this.trace = new Uint32Array(capacity);
    this.parent = new Uint32Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.host = new Uint16Array(capacity);
    this.height = new Uint16Array(capacity);
    this.firstChild = new Uint32Array(capacity);
    this.nextSibling = new Uint32Array(capacity);
    this.children = new Uint32Array(capacity);
    this.taken = new Float64Array(capacity);
    this.later = new Uint32Array(capacity);
    this.#previousSibling = new Uint32Array(capacity);
    this.#method = new Uint8Array(capacity);
    this.#confidence = new Uint16Array(capacity);
    this.#index = new KeyIndex(2, capacity);
  }

  get bytesPerSpan(): number {
    return 8 + 8 + (8 + 4 + 4 + 4 + 1 + 2 + 2 + 4 + 4 + 4 + 8 + 4) + (4 + 1 + 2);
  }

  find(high: number, low: number): number {
    return this.#index.find(high, low);
  }

  high(slot: number): number {
    return this.#index.words[slot * 2];
  }

  low(slot: number): number {
    return this.#index.words[slot * 2 + 1];
  }

  has(slot: number, flag: number): boolean {
    return (this.flags[slot] & flag) !== 0;
  }

  methodOf(slot: number): LinkMethod {
    return this.#methods[this.#method[slot]];
  }

  confidenceOf(slot: number): number {
    return this.#confidence[slot] / UNIT;
  }

  /** A slot for an id that has none. There must be one left. */
  take(high: number, low: number, now: number): number {
    const slot = this.#free === NONE ? this.#used++ : this.#free;
    if (slot === this.#free) this.#free = this.later[slot];
    this.#index.add(slot, high, low);
    this.flags[slot] = 0;
    this.parent[slot] = NONE;
    this.trace[slot] = NONE;
    this.firstChild[slot] = NONE;
    this.children[slot] = 0;
    this.height[slot] = 0;
    this.taken[slot] = now;
    this.later[slot] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.later[this.newest] = slot;
    this.newest = slot;
    this.count++;
    return slot;
  }

  /** Frees the oldest slot, which must be detached and childless. */
  dropOldest(): void {
    const slot = this.oldest;
    this.oldest = this.later[slot];
    if (this.oldest === NONE) this.newest = NONE;
    this.#index.remove(slot);
    this.later[slot] = this.#free;
    this.#free = slot;
    this.count--;
  }

  attach(child: number, parent: number, method: LinkMethod, confidence: number): void {
    this.parent[child] = parent;
    this.#method[child] = this.#numberOf(method);
    this.#confidence[child] = Math.round(confidence * UNIT);
    const first = this.firstChild[parent];
    this.nextSibling[child] = first;
    this.#previousSibling[child] = NONE;
    if (first !== NONE) this.#previousSibling[first] = child;
    this.firstChild[parent] = child;
    this.children[parent]++;
  }

  /** Nothing where there is no parent. */
  detach(child: number): void {
    const parent = this.parent[child];
    if (parent === NONE) return;
    const next = this.nextSibling[child];
    const previous = this.#previousSibling[child];
    if (previous === NONE) this.firstChild[parent] = next;
    else this.nextSibling[previous] = next;
    if (next !== NONE) this.#previousSibling[next] = previous;
    this.children[parent]--;
    this.parent[child] = NONE;
    this.flags[child] &= ~FLAG.joined;
  }

  hex(slot: number): string {
    return hex32(this.high(slot)) + hex32(this.low(slot));
  }

  #numberOf(method: LinkMethod): number {
    const known = this.#methods.indexOf(method);
    if (known >= 0) return known;
    return this.#methods.length > MAX_METHODS ? 0 : this.#methods.push(method) - 1;
  }
}
