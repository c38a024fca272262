/** Something that a process read: a request it serves, or the answer to a call. */
export interface Read {
  /** Monotonic nanoseconds. */
  readonly time: number;
  /** What it is, for what usually follows it: requests of one endpoint are of one kind, as are answers to one command. */
  readonly kind: number;
  /** Its place in the table. */
  readonly place: number;
}

/**
 * Takes which read a write (its place) belongs to: `null` where nobody knows, `undefined` where nothing is known yet.
 * `isOnly`: no other read could be meant.
 */
export type OnWrite = (place: number, read: Read | null | undefined, isOnly: boolean) => void;

/** Whether the request that a read belongs to was answered before `time`: nothing more is written for it. */
export type IsOver = (read: Read, time: number) => boolean;

interface Write {
  readonly time: number;
  /** What is written: commands of one name are of one kind, as are responses of one endpoint. */
  readonly kind: number;
  readonly place: number;
}

/** A read with what was written for it so far, by kind. */
interface Waiting {
  readonly read: Read;
  readonly given: Map<number, number>;
}

/** What followed the reads of one kind: how many of these there were, and by kind of write how often 1, 2, … of it. */
interface Followed {
  reads: number;
  readonly counts: Map<number, Float64Array>;
}

/** How often a read of a kind must have been seen, and how often what follows it must have been the same. */
const ENOUGH = 4;
const USUAL = 0.8;
/** Reads after which the older ones count half. */
const MEMORY = 1000;
/** More writes than these after one read are not told apart. */
const MOST = 16;
const UNKNOWN = -1;

/** Reads and writes that wait to be put in order; the oldest half goes when there are more. */
const MAX_WAITING = 1 << 14;
/** Reads whose writes are late. */
const MAX_LATE = 256;

/**
 * What an event loop read before each of its writes of one class: commands to one server, or responses. Clients that put
 * commands off to the end of the loop's turn write those of several requests at once. Between two such writes there lies a
 * run of reads, and each write of the run belongs to one of them, or to one before it whose work took longer.
 *
 * Invariants:
 * 1. Reads that are followed by writes of one kind get them in their order, as many each as is usual for their kind.
 * 2. Where there are more writes of a kind than usual, or fewer and not all reads are known, nobody knows whose they are.
 * 3. Of a single write nothing is known before it is known what is usual: then its thread's note stands.
 * 4. What is usual is learned from what reads got in the end; from a single write that nobody knows, as if it were the last read's.
 */
export class Runs {
  #reads: Read[] = [];
  #writes: Write[] = [];
  #late: Waiting[] = [];
  readonly #followed = new Map<number, Followed>();

  read(read: Read): void {
    if (this.#reads.push(read) > MAX_WAITING) this.#reads.splice(0, MAX_WAITING / 2);
  }

  write(time: number, kind: number, place: number): void {
    if (this.#writes.push({ time, kind, place }) > MAX_WAITING) this.#writes.splice(0, MAX_WAITING / 2);
  }

  /** A read of this kind was followed by writes of these kinds, so many of each. */
  learn(kind: number, writes: ReadonlyMap<number, number>): void {
    const followed = this.#of(kind);
    if (++followed.reads > MEMORY) {
      followed.reads /= 2;
      for (const counts of followed.counts.values()) for (const i of counts.keys()) counts[i] /= 2;
    }
    for (const [write, count] of writes) {
      let counts = followed.counts.get(write);
      if (counts === undefined) followed.counts.set(write, (counts = new Float64Array(MOST + 1)));
      counts[Math.min(count, MOST)]++;
    }
  }

  /** Tells of writes before `until` which read they belong to. */
  resolve(until: number, tell: OnWrite, isOver: IsOver = () => false): void {
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
      this.#run(reads.slice(firstRead, r), writes.slice(firstWrite, w), tell, isOver);
    }
    this.#reads = reads.slice(r);
    this.#writes = writes.slice(w);
  }

  #run(reads: readonly Read[], writes: readonly Write[], tell: OnWrite, isOver: IsOver): void {
    const { time } = writes[0];
    const waits = ({ read, given }: Waiting): boolean => {
      const ended = isOver(read, time);
      if (ended) this.learn(read.kind, given);
      return !ended;
    };
    const late = this.#late.filter(waits);
    const waiting = [...late, ...reads.map((read) => ({ read, given: new Map<number, number>() })).filter(waits)];
    const last = waiting.at(-1);
    const isAlone = waiting.length === 1;
    let isKnown = true;
    for (const [kind, some] of Map.groupBy(writes, (write) => write.kind)) {
      if (this.#assign(waiting, kind, some, tell)) continue;
      isKnown = false;
      const owner = isAlone && !this.#isUsual(kind) ? last : undefined;
      const otherwise = writes.length > 1 || this.#isKnown(waiting, kind) ? null : undefined;
      for (const { place } of some) tell(place, owner?.read ?? otherwise, owner !== undefined);
      if (last !== undefined && (owner !== undefined || some.length === 1)) add(last.given, kind, some.length);
    }
    this.#late = late;
    if (!isKnown && !isAlone && writes.length > 1) return;
    this.#late = [];
    for (const one of waiting) {
      if (this.#isOwed(one)) this.#late.push(one);
      else this.learn(one.read.kind, one.given);
    }
    if (this.#late.length > MAX_LATE) this.#late.splice(0, this.#late.length - MAX_LATE);
  }

  /** Gives writes of one kind to the reads they are owed to, in order. False where that is not known. */
  #assign(waiting: readonly Waiting[], kind: number, writes: readonly Write[], tell: OnWrite): boolean {
    const owed = waiting.map(({ read, given }) => {
      const usual = this.#usual(read.kind, kind);
      return usual === UNKNOWN ? UNKNOWN : Math.max(0, usual - (given.get(kind) ?? 0));
    });
    const sum = owed.reduce((total, count) => total + Math.max(0, count), 0);
    if (sum < writes.length || (sum > writes.length && owed.includes(UNKNOWN))) return false;
    const isOnly = owed.filter((count) => count > 0).length === 1;
    let at = 0;
    for (const { place } of writes) {
      while (owed[at] <= 0) at++;
      owed[at]--;
      add(waiting[at].given, kind, 1);
      tell(place, waiting[at].read, isOnly);
    }
    return true;
  }

  #isKnown(waiting: readonly Waiting[], kind: number): boolean {
    return waiting.every(({ read }) => this.#usual(read.kind, kind) !== UNKNOWN);
  }

  /** Whether more is usually written for it than was so far. */
  #isOwed({ read, given }: Waiting): boolean {
    for (const kind of this.#followed.get(read.kind)?.counts.keys() ?? [])
      if (this.#usual(read.kind, kind) > (given.get(kind) ?? 0)) return true;
    return false;
  }

  /** Whether writes of this kind usually follow anything. */
  #isUsual(kind: number): boolean {
    for (const read of this.#followed.keys()) if (this.#usual(read, kind) > 0) return true;
    return false;
  }

  /** How many writes of one kind usually follow a read of another, or UNKNOWN. */
  #usual(read: number, kind: number): number {
    const followed = this.#followed.get(read);
    if (followed === undefined || followed.reads < ENOUGH) return UNKNOWN;
    const counts = followed.counts.get(kind);
    if (counts === undefined) return 0;
    let [some, most] = [0, 0];
    for (const [count, times] of counts.entries()) {
      some += times;
      if (times > counts[most]) most = count;
    }
    const enough = followed.reads * USUAL;
    if (counts[most] >= enough) return most;
    return followed.reads - some >= enough ? 0 : UNKNOWN;
  }

  #of(kind: number): Followed {
    let followed = this.#followed.get(kind);
    if (followed === undefined) {
      followed = { reads: 0, counts: new Map() };
      this.#followed.set(kind, followed);
    }
    return followed;
  }
}

function add(counts: Map<number, number>, kind: number, count: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + count);
}
