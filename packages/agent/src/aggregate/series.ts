import { BIN_COUNT, BINS_PER_OCTAVE, binOf, LOWEST_BIN } from '@sonde/model';
import { OTHER } from '@sonde/protocols';

/** What makes a series: whole numbers only (identities, protocol ids, symbols). Reused by the caller. */
export class SeriesKey {
  /** 0: seen from the client, 1: from the server. */
  side = 0;
  identity = 0;
  protocol = 0;
  operation = 0;
  target = 0;
  statement = 0;
  status = 0;
  error = 0;
  outcome = 0;
  /** Symbol of the peer's service name, 0 where unknown. */
  peer = 0;
  /** Symbol of the peer's address: with port for a server, without for a client. */
  peerAddress = 0;
  version = 0;
}

const WORDS = 12;
const OCTAVES = BIN_COUNT / BINS_PER_OCTAVE;
/** Targets of one service and side beyond which new ones become `(other)`. */
const MAX_TARGETS = 500;

/**
 * Counts, sums and duration bins per series over one interval. `add` allocates nothing for a series already there; an
 * interval ends with `clear`, which keeps the memory for the next.
 */
export class SeriesTable {
  /** Exchanges whose target was folded into `(other)`, and those not counted since the table was full. */
  folded = 0;
  lost = 0;
  size = 0;
  readonly #limit: number;
  readonly keys: Int32Array;
  readonly counts: Float64Array;
  readonly durations: Float64Array;
  readonly waits: Float64Array;
  readonly requestBytes: Float64Array;
  readonly responseBytes: Float64Array;
  /** Counters of the octaves in use, page by page; `#pages` has the first counter of each octave of a series, or 0. */
  #counters = new Uint32Array(64 * BINS_PER_OCTAVE);
  #used = BINS_PER_OCTAVE;
  readonly #pages: Int32Array;
  readonly #lowest: Int32Array;
  readonly #highest: Int32Array;
  readonly #slots: Int32Array;
  readonly #targets = new Map<number, Set<number>>();

  constructor(limit = 8192) {
    this.#limit = limit;
    this.keys = new Int32Array(limit * WORDS);
    this.counts = new Float64Array(limit);
    this.durations = new Float64Array(limit);
    this.waits = new Float64Array(limit);
    this.requestBytes = new Float64Array(limit);
    this.responseBytes = new Float64Array(limit);
    this.#pages = new Int32Array(limit * OCTAVES);
    this.#lowest = new Int32Array(limit);
    this.#highest = new Int32Array(limit);
    this.#slots = new Int32Array(limit * 4).fill(-1);
  }

  /** Counts one exchange; times in nanoseconds. */
  add(key: SeriesKey, duration: number, wait: number, requestBytes: number, responseBytes: number): void {
    const series = this.#find(key);
    if (series < 0) {
      this.lost++;
      return;
    }
    this.counts[series]++;
    this.durations[series] += duration;
    this.waits[series] += wait;
    this.requestBytes[series] += requestBytes;
    this.responseBytes[series] += responseBytes;
    const bin = binOf(duration) - LOWEST_BIN;
    const octave = series * OCTAVES + Math.floor(bin / BINS_PER_OCTAVE);
    const page = this.#pages[octave] || this.#newPage(octave);
    this.#counters[page + (bin % BINS_PER_OCTAVE)]++;
    if (bin < this.#lowest[series]) this.#lowest[series] = bin;
    if (bin > this.#highest[series]) this.#highest[series] = bin;
  }

  /** Reads the key of a series back. */
  key(series: number, to: SeriesKey): SeriesKey {
    const { keys } = this;
    const at = series * WORDS;
    to.side = keys[at];
    to.identity = keys[at + 1];
    to.protocol = keys[at + 2];
    to.operation = keys[at + 3];
    to.target = keys[at + 4];
    to.statement = keys[at + 5];
    to.status = keys[at + 6];
    to.error = keys[at + 7];
    to.outcome = keys[at + 8];
    to.peer = keys[at + 9];
    to.peerAddress = keys[at + 10];
    to.version = keys[at + 11];
    return to;
  }

  /** The bins of a series: `counts[0]` is bin `offset` of the model's scale. */
  bins(series: number): { offset: number; counts: number[] } {
    const lowest = this.#lowest[series];
    const counts = Array.from({ length: Math.max(0, this.#highest[series] - lowest + 1) }, (_, i) => {
      const bin = lowest + i;
      const page = this.#pages[series * OCTAVES + Math.floor(bin / BINS_PER_OCTAVE)];
      return this.#counters[page + (bin % BINS_PER_OCTAVE)];
    });
    return { offset: lowest + LOWEST_BIN, counts };
  }

  clear(): void {
    this.#counters.fill(0, 0, this.#used);
    this.#pages.fill(0, 0, this.size * OCTAVES);
    this.#used = BINS_PER_OCTAVE;
    this.#slots.fill(-1);
    this.#targets.clear();
    this.size = 0;
  }

  /** The first page stays empty, so that an octave without a page reads zeros from it. */
  #newPage(octave: number): number {
    const page = this.#used;
    this.#used += BINS_PER_OCTAVE;
    if (this.#used > this.#counters.length) {
      const larger = new Uint32Array(2 * this.#counters.length);
      larger.set(this.#counters);
      this.#counters = larger;
    }
    return (this.#pages[octave] = page);
  }

  #find(key: SeriesKey): number {
    const { keys } = this;
    const mask = this.#slots.length - 1;
    let hash = key.identity * 2 + key.side;
    hash = Math.imul(hash ^ key.protocol, 0x01000193) ^ key.operation;
    hash = Math.imul(hash, 0x85ebca6b) ^ key.target;
    hash = Math.imul(hash, 0xc2b2ae35) ^ key.statement;
    hash = Math.imul(hash, 0x01000193) ^ key.status ^ (key.error << 7) ^ (key.outcome << 15);
    hash = Math.imul(hash, 0x85ebca6b) ^ key.peer ^ (key.peerAddress << 11) ^ (key.version << 3);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const series = this.#slots[slot];
      if (series < 0) return this.#insert(key, slot);
      const at = series * WORDS;
      if (
        keys[at + 4] === key.target &&
        keys[at + 3] === key.operation &&
        keys[at + 1] === key.identity &&
        keys[at] === key.side &&
        keys[at + 2] === key.protocol &&
        keys[at + 5] === key.statement &&
        keys[at + 6] === key.status &&
        keys[at + 7] === key.error &&
        keys[at + 8] === key.outcome &&
        keys[at + 9] === key.peer &&
        keys[at + 10] === key.peerAddress &&
        keys[at + 11] === key.version
      ) {
        return series;
      }
    }
  }

  #insert(key: SeriesKey, slot: number): number {
    if (key.target !== OTHER && !this.#admits(key)) {
      this.folded++;
      key.target = OTHER;
      key.statement = 0;
      return this.#find(key);
    }
    if (this.size >= this.#limit) return -1;
    const series = this.size++;
    this.#slots[slot] = series;
    const at = series * WORDS;
    this.keys.set(
      [
        key.side,
        key.identity,
        key.protocol,
        key.operation,
        key.target,
        key.statement,
        key.status,
        key.error,
        key.outcome,
        key.peer,
        key.peerAddress,
        key.version,
      ],
      at,
    );
    this.counts[series] = this.durations[series] = this.waits[series] = 0;
    this.requestBytes[series] = this.responseBytes[series] = 0;
    this.#lowest[series] = BIN_COUNT - 1;
    this.#highest[series] = 0;
    return series;
  }

  #admits(key: SeriesKey): boolean {
    const owner = key.identity * 2 + key.side;
    let targets = this.#targets.get(owner);
    if (targets === undefined) {
      targets = new Set();
      this.#targets.set(owner, targets);
    }
    const target = key.target * 65_536 + key.statement;
    if (targets.has(target)) return true;
    if (targets.size >= MAX_TARGETS) return false;
    targets.add(target);
    return true;
  }
}
