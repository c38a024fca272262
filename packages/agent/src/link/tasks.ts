const SLOTS = 1 << 15;
const GENERATIONS = 2 ** 32 / SLOTS;
/** Places looked at for one key; with all taken by others the oldest of them goes. */
const PROBES = 8;

/** Ancestors of a task that are looked at. */
export const MAX_LINE = 8;

/** No task. */
export const NO_TASK = 0;

/**
 * Tasks of runtimes, such as those of Python's asyncio: who made each of them, and the last request it answered. A task is
 * a number; what is asked of one that was forgotten is answered as if nothing were known. Bounded: the oldest go.
 */
export class Tasks {
  /** A generation and a slot; 0 where the slot is free. */
  readonly #number = new Uint32Array(SLOTS);
  readonly #pid = new Uint32Array(SLOTS);
  readonly #id = new Float64Array(SLOTS);
  readonly #parent = new Uint32Array(SLOTS);
  readonly #latest = new Int32Array(SLOTS);
  readonly #shared = new Uint8Array(SLOTS);
  readonly #active = new Float64Array(SLOTS);
  /** When it was made known, by count. */
  readonly #known = new Float64Array(SLOTS);
  #count = 0;

  /** The task with this id in a process. */
  of(pid: number, id: number): number {
    const home = hash(pid, id);
    let oldest = home;
    for (let i = 0; i < PROBES; i++) {
      const slot = (home + i) & (SLOTS - 1);
      if (this.#number[slot] === NO_TASK) return this.#put(slot, pid, id);
      if (this.#id[slot] === id && this.#pid[slot] === pid) return this.#number[slot];
      if (this.#known[slot] < this.#known[oldest]) oldest = slot;
    }
    return this.#put(oldest, pid, id);
  }

  /** What the kernel says of a task: its id and those of its ancestors, the nearest first, up to a 0. */
  line(pid: number, ids: ArrayLike<number>): void {
    for (let i = 0; i + 1 < ids.length && ids[i + 1] !== 0; i++) {
      const parent = this.of(pid, ids[i + 1]);
      this.#parent[this.of(pid, ids[i]) % SLOTS] = parent;
    }
  }

  /** Who made a task, or NO_TASK where nobody saw it. */
  parent(task: number): number {
    return this.#isKnown(task) ? this.#parent[task % SLOTS] : NO_TASK;
  }

  /** When a task was made, in monotonic nanoseconds; only where its parent is known. */
  born(task: number): number {
    return this.#id[task % SLOTS];
  }

  /** When it, or one that it made, began its last call. */
  active(task: number): number {
    return this.#active[task % SLOTS];
  }

  /** It begins a call. */
  call(task: number, time: number): void {
    for (let i = 0; i < MAX_LINE && this.#isKnown(task); i++, task = this.#parent[task % SLOTS]) {
      this.#active[task % SLOTS] = Math.max(this.#active[task % SLOTS], time);
    }
  }

  /** The place given to the request it answered last, or `none`. */
  latest(task: number, none: number): number {
    return this.#isKnown(task) && this.#latest[task % SLOTS] >= 0 ? this.#latest[task % SLOTS] : none;
  }

  answered(task: number, place: number): void {
    if (this.#isKnown(task)) this.#latest[task % SLOTS] = place;
  }

  /** Whether a task has worked on several requests at once: then it says nothing of what it sends. */
  isShared(task: number): boolean {
    return this.#isKnown(task) && this.#shared[task % SLOTS] === 1;
  }

  share(task: number): void {
    if (this.#isKnown(task)) this.#shared[task % SLOTS] = 1;
  }

  #isKnown(task: number): boolean {
    return task !== NO_TASK && this.#number[task % SLOTS] === task;
  }

  #put(slot: number, pid: number, id: number): number {
    const generation = (Math.floor(this.#number[slot] / SLOTS) + 1) % GENERATIONS || 1;
    const number = generation * SLOTS + slot;
    this.#number[slot] = number;
    this.#pid[slot] = pid;
    this.#id[slot] = id;
    this.#parent[slot] = NO_TASK;
    this.#latest[slot] = -1;
    this.#shared[slot] = 0;
    this.#active[slot] = 0;
    this.#known[slot] = ++this.#count;
    return number;
  }
}

function hash(pid: number, id: number): number {
  let mixed = Math.imul(pid, 0x9e3779b1) ^ Math.imul(id % 0x1_0000_0000, 0x85ebca6b) ^ (id / 0x1_0000_0000);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) & (SLOTS - 1);
}
