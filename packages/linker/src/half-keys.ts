import type { LinkerCounts } from './counts.ts';
import type { Forest } from './forest.ts';
import { KeyIndex, NONE } from './key-index.ts';
import type { SpanKeys, SpanWords } from './keys.ts';
import type { LinkerLimits } from './limits.ts';
import { FLAG } from './span-table.ts';

const METHOD = 'client-sequence';
const CONFIDENCE = 0.99;

/** How far apart the two may have begun, each on its own clock, in microseconds. */
const WINDOW = 2_000_000;

/**
 * The two ends of a request on a connection whose server's start was rewritten on the way, as a SYN proxy does: their ids
 * differ, but the half of the network key that comes from the client is the same. They are joined where
 *
 * 1. the grace of both is over, and neither found its other end by its id;
 * 2. no second span of either end had the same half key in the same while;
 * 3. both began within `WINDOW`, the server while its client ran as far as their clocks can be compared, and it took no longer.
 *
 * Entries lie in a ring in the order they came, for a while and as far as there is room.
 */
export class HalfKeys {
  readonly #forest: Forest;
  readonly #counts: LinkerCounts;
  readonly #limits: Pick<LinkerLimits, 'maxHalfKeys' | 'grace' | 'halfKeyMemory' | 'localBound'>;
  readonly #index: KeyIndex;
  readonly #spans: Uint32Array;
  readonly #added: Float64Array;
  /** Another span of this end had the key too. */
  readonly #shared: Uint8Array;
  /** Counted from the start, not within the ring: the oldest entry, the first whose grace is not over, the next to come. */
  #first = 0;
  #open = 0;
  #next = 0;

  constructor(forest: Forest, counts: LinkerCounts, limits: LinkerLimits) {
    this.#forest = forest;
    this.#counts = counts;
    this.#limits = limits;
    this.#index = new KeyIndex(2, limits.maxHalfKeys);
    this.#spans = new Uint32Array(limits.maxHalfKeys * 2);
    this.#added = new Float64Array(limits.maxHalfKeys);
    this.#shared = new Uint8Array(limits.maxHalfKeys);
  }

  get count(): number {
    return this.#next - this.#first;
  }

  /** 16 of key and index, 8 of the span, 8 of the time, 1 of the mark. */
  readonly bytesPerKey = 33;

  add({ id, role }: SpanKeys, [high, low]: SpanWords, now: number): void {
    const isServer = role === 'server';
    const known = this.#index.find(high, endOf(low, isServer));
    if (known !== NONE) {
      this.#shared[known] = 1;
      return;
    }
    const { maxHalfKeys } = this.#limits;
    if (this.count === maxHalfKeys) {
      this.#counts.forgottenHalfKeys++;
      this.#drop();
    }
    const entry = this.#next++ % maxHalfKeys;
    this.#index.add(entry, high, endOf(low, isServer));
    this.#spans.set(id, entry * 2);
    this.#added[entry] = now;
    this.#shared[entry] = 0;
  }

  /** Joins those whose grace is over, and forgets what is old. */
  advance(now: number): void {
    const { grace, halfKeyMemory, maxHalfKeys } = this.#limits;
    for (; this.#open < this.#next; this.#open++) {
      const entry = this.#open % maxHalfKeys;
      if (this.#added[entry] + grace > now) break;
      const [high, low] = this.#index.words.subarray(entry * 2, entry * 2 + 2);
      const other = this.#index.find(high, (low ^ 1) >>> 0);
      if (other === NONE || this.#added[other] + grace > now || this.#shared[entry] + this.#shared[other] > 0) continue;
      const isServer = (low & 1) === 1;
      this.#join(this.#slotOf(isServer ? other : entry), this.#slotOf(isServer ? entry : other));
    }
    while (this.#first < this.#open && this.#added[this.#first % maxHalfKeys] + halfKeyMemory <= now) this.#drop();
  }

  #join(client: number, server: number): void {
    const { spans } = this.#forest;
    if (client === NONE || server === NONE || spans.children[client] > 0) return;
    const named = spans.parent[server];
    if (named === NONE || spans.has(named, FLAG.present) || spans.methodOf(server) !== 'sequence') return;
    if (Math.abs(spans.start[server] - spans.start[client]) > WINDOW || !this.#forest.nests(server, client)) return;
    if (spans.duration[server] > spans.duration[client] + this.#limits.localBound * 1000) return;
    this.#forest.place(server, client, METHOD, CONFIDENCE);
  }

  /** Slot of the span of an entry, NONE where it is no longer held. */
  #slotOf(entry: number): number {
    return this.#forest.spans.find(this.#spans[entry * 2], this.#spans[entry * 2 + 1]);
  }

  #drop(): void {
    this.#index.remove(this.#first++ % this.#limits.maxHalfKeys);
    this.#open = Math.max(this.#open, this.#first);
  }
}

/** The lowest bit says which end it is. */
const endOf = (low: number, isServer: boolean) => ((low & ~1) | (isServer ? 1 : 0)) >>> 0;
