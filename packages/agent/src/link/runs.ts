/** Something that a process read: a request it serves, or the answer to a call. */
export interface Read {
  /** Monotonic nanoseconds. */
  readonly time: number;
  /** What it is, for what usually follows it: requests of one endpoint are of one kind, as are answers to one command. */
  readonly kind: number;
  /** Its place in the table. */
  readonly place: number;
}

/** Takes which read a write (its place) belongs to: `null` where nobody knows, `undefined` where nothing is known yet. */
export type OnWrite = (place: number, read: Read | null | undefined) => void;

interface Write {
  readonly time: number;
  readonly place: number;
}

/** How often a read of a kind must have been seen, and how often what follows it must have been the same. */
const ENOUGH = 5;
const USUAL = 0.8;
/** More writes than these after one read are not told apart. */
const MOST = 16;

/** Reads and writes that wait to be put in order; the oldest half goes when there are more. */
const MAX_WAITING = 1 << 14;

/**
 * What an event loop read before each of its writes of one kind: commands to one server, or responses. Clients that put
 * commands off to the end of the loop's turn write those of several requests at once. Between two such writes there lies a
 * run of reads, and each write of the run belongs to one of them, in the same order.
 *
 * Invariants:
 * 1. A run of one read owns all its writes. In a longer one each read is taken to be followed by as many writes as usual
 *    for its kind; only where that adds up to the writes that there are, each gets its read.
 * 3. Of a single write nothing is known before it is known what is usual: then its thread's note stands.
 * 2. What is usual is learned from writes that follow a read with no other read between.
 */
export class Runs {
  #reads: Read[] = [];
  #writes: Write[] = [];
  /** By kind of read: how often 0, 1, 2, … writes followed it before the next read. */
  readonly #followed = new Map<number, Uint32Array>();

  read(read: Read): void {
    if (this.#reads.push(read) > MAX_WAITING) this.#reads.splice(0, MAX_WAITING / 2);
  }

  write(time: number, place: number): void {
    if (this.#writes.push({ time, place }) > MAX_WAITING) this.#writes.splice(0, MAX_WAITING / 2);
  }

  /** Tells of writes before `until` which read they belong to. */
  resolve(until: number, tell: OnWrite): void {
    const reads = this.#reads.sort((a, b) => a.time - b.time);
    const writes = this.#writes.sort((a, b) => a.time - b.time);
    let [r, w] = [0, 0];
    while (w < writes.length && writes[w].time < until) {
      const [firstRead, firstWrite] = [r, w];
      while (r < reads.length && reads[r].time <= writes[w].time) r++;
      const next = reads[r]?.time ?? Number.POSITIVE_INFINITY;
      while (w < writes.length && writes[w].time < next) w++;
      if (w === writes.length && next === Number.POSITIVE_INFINITY && until !== Number.POSITIVE_INFINITY) {
        [r, w] = [firstRead, firstWrite];
        break;
      }
      this.#run(reads.slice(firstRead, r), writes.slice(firstWrite, w), tell);
    }
    this.#reads = reads.slice(r);
    this.#writes = writes.slice(w);
  }

  #run(reads: readonly Read[], writes: readonly Write[], tell: OnWrite): void {
    const counts = reads.map(({ kind }) => (reads.length === 1 ? writes.length : this.#usual(kind)));
    const isKnown = counts.every((count) => count >= 0);
    const adds = isKnown && counts.reduce((sum, count) => sum + count, 0) === writes.length;
    const otherwise = isKnown || writes.length > 1 ? null : undefined;
    let [read, left] = [-1, 0];
    for (const { place } of writes) {
      while (adds && left === 0) left = counts[++read];
      left--;
      tell(place, adds ? reads[read] : otherwise);
    }
    for (const [i, { kind }] of reads.entries()) this.#note(kind, i === reads.length - 1 ? writes.length : 0);
  }

  /** How many writes usually follow a read of this kind, -1 where that is not known. */
  #usual(kind: number): number {
    const followed = this.#followed.get(kind);
    if (followed === undefined) return -1;
    let [total, most] = [0, 0];
    for (const [count, times] of followed.entries()) {
      total += times;
      if (times > followed[most]) most = count;
    }
    return total >= ENOUGH && followed[most] >= total * USUAL ? most : -1;
  }

  #note(kind: number, writes: number): void {
    let followed = this.#followed.get(kind);
    if (followed === undefined) {
      followed = new Uint32Array(MOST + 1);
      this.#followed.set(kind, followed);
    }
    followed[Math.min(writes, MOST)]++;
  }
}
