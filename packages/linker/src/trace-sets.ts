import { hex32 } from './hex.ts';
import { KeyIndex, NONE } from './key-index.ts';

/** A trace id as four 32-bit words, high word first. */
export type TraceWords = readonly [number, number, number, number];

/**
 * Sets of trace ids that name one trace: union-find with path halving. Spans refer to a trace by its slot; a set is
 * freed as a whole when no span refers to any of its ids.
 */
export class TraceSets {
  /** Traces whose set has changed since `published` was brought up to date; may repeat. */
  readonly dirty: number[] = [];
  count = 0;
  readonly #index: KeyIndex;
  readonly #maxSpans: number;
  readonly #capacity: number;
  readonly #up: Uint32Array;
  /** Circular list of the ids of a set; of a free slot the next free one. */
  readonly #next: Uint32Array;
  readonly #start: Float64Array;
  readonly #strong: Uint8Array;
  /** Of the first of a set: spans that refer to it, spans it ever had, the id that names it. */
  readonly #references: Uint32Array;
  readonly #spans: Uint32Array;
  readonly #name: Uint32Array;
  /** The name last told for the id. */
  readonly #published: Uint32Array;
  #free = NONE;
  #used = 0;

  constructor(capacity: number, maxSpans: number) {
    this.#index = new KeyIndex(4, capacity);
    this.#capacity = capacity;
    this.#maxSpans = maxSpans;
    this.#up = new Uint32Array(capacity);
    this.#next = new Uint32Array(capacity);
    this.#start = new Float64Array(capacity);
    this.#strong = new Uint8Array(capacity);
    this.#references = new Uint32Array(capacity);
    this.#spans = new Uint32Array(capacity);
    this.#name = new Uint32Array(capacity);
    this.#published = new Uint32Array(capacity);
  }

  get bytesPerTrace(): number {
    return 16 + 8 + 4 * 6 + 8 + 1;
  }

  /** Slots that can still be taken. */
  get left(): number {
    return this.#capacity - this.count;
  }

  /** Slot of the id, NONE where it is not held. */
  lookUp([a, b, c, d]: TraceWords): number {
    return this.#index.find(a, b, c, d);
  }

  /** Slot of the id, made where it is new. There must be one left. */
  intern([a, b, c, d]: TraceWords): number {
    const found = this.#index.find(a, b, c, d);
    if (found !== NONE) return found;
    const trace = this.#free === NONE ? this.#used++ : this.#free;
    if (trace === this.#free) this.#free = this.#next[trace];
    this.#index.add(trace, a, b, c, d);
    this.#up[trace] = trace;
    this.#next[trace] = trace;
    this.#start[trace] = Number.POSITIVE_INFINITY;
    this.#strong[trace] = 0;
    this.#references[trace] = 0;
    this.#spans[trace] = 0;
    this.#name[trace] = trace;
    this.#published[trace] = trace;
    this.count++;
    return trace;
  }

  /** A span of the trace was seen; `strong` where an application chose the id. */
  see(trace: number, start: number, strong: boolean): void {
    this.#spans[this.find(trace)]++;
    this.#improve(trace, start, strong);
  }

  /** An application chose the id and sent it on in a request that began at `start`, in microseconds. */
  strengthen(trace: number, start: number): void {
    this.#improve(trace, start, true);
  }

  refer(trace: number): void {
    this.#references[this.find(trace)]++;
  }

  release(trace: number): void {
    const first = this.find(trace);
    if (--this.#references[first] > 0) return;
    let each = first;
    do {
      const next = this.#next[each];
      this.#index.remove(each);
      this.#next[each] = this.#free;
      this.#free = each;
      this.count--;
      each = next;
    } while (each !== first);
  }

  /** One trace from now on. False, and nothing done, where it would be too large. */
  unite(a: number, b: number): boolean {
    let into = this.find(a);
    let from = this.find(b);
    if (into === from) return true;
    if (this.#spans[into] + this.#spans[from] > this.#maxSpans) return false;
    if (this.#spans[into] < this.#spans[from]) [into, from] = [from, into];
    this.#up[from] = into;
    this.#spans[into] += this.#spans[from];
    this.#references[into] += this.#references[from];
    if (this.#better(this.#name[from], this.#name[into])) this.#name[into] = this.#name[from];
    const next = this.#next[into];
    this.#next[into] = this.#next[from];
    this.#next[from] = next;
    this.dirty.push(into);
    return true;
  }

  /** Start of the earliest span seen of the id, in microseconds; infinite where none was. */
  startOf(trace: number): number {
    return this.#start[trace];
  }

  /** The id that names the set. */
  nameOf(trace: number): number {
    return this.#name[this.find(trace)];
  }

  /** The one of the set that stands for it inside. */
  find(trace: number): number {
    const up = this.#up;
    let each = trace;
    while (up[each] !== each) {
      up[each] = up[up[each]];
      each = up[each];
    }
    return each;
  }

  /** Hands over each id whose name changed since the last time, with the new name. */
  publish(tell: (trace: number, name: number) => void): void {
    for (const dirty of this.dirty) {
      const first = this.find(dirty);
      const name = this.#name[first];
      if (this.#references[first] === 0) continue;
      let each = first;
      do {
        if (this.#published[each] !== name) {
          this.#published[each] = name;
          if (each !== name) tell(each, name);
        }
        each = this.#next[each];
      } while (each !== first);
    }
    this.dirty.length = 0;
  }

  hex(trace: number): string {
    const { words } = this.#index;
    const at = trace * 4;
    return hex32(words[at]) + hex32(words[at + 1]) + hex32(words[at + 2]) + hex32(words[at + 3]);
  }

  #improve(trace: number, start: number, strong: boolean): void {
    if (strong) this.#strong[trace] = 1;
    if (start < this.#start[trace]) this.#start[trace] = start;
    const first = this.find(trace);
    if (this.#name[first] === trace || !this.#better(trace, this.#name[first])) return;
    this.#name[first] = trace;
    this.dirty.push(first);
  }

  /** An application's id before ours, then the earliest, then the least: whatever the order of arrival. */
  #better(a: number, b: number): boolean {
    if (this.#strong[a] !== this.#strong[b]) return this.#strong[a] > this.#strong[b];
    if (this.#start[a] !== this.#start[b]) return this.#start[a] < this.#start[b];
    const { words } = this.#index;
    for (let i = 0; i < 4; i++) {
      if (words[a * 4 + i] !== words[b * 4 + i]) return words[a * 4 + i] < words[b * 4 + i];
    }
    return false;
  }
}
