/** Jobs known from begin to end before it is said what is usual, and how many of them must be alike. */
const ENOUGH = 10;
const USUAL = 0.8;
/** Calls of a kind that may lie between jobs. */
const OUTSIDE = 0.01;
/** Jobs after which the older ones count half. */
const MEMORY = 1000;
/** Kinds of requests, and of calls; the one known longest goes. */
const MAX_KINDS = 1024;

/** Jobs for requests of one kind, and by kind of call how many of them had how many. */
interface Made {
  jobs: number;
  readonly calls: Map<number, Map<number, number>>;
}

/** How many calls of a kind were made in jobs, and how many between them. */
interface Usage {
  inside: number;
  outside: number;
}

/** What the jobs of a process's threads consist of, learned from those that are known from begin to end. */
export class Jobs {
  readonly #made = new Map<number, Made>();
  readonly #usage = new Map<number, Usage>();

  /** A job for a request of this kind had these calls, by kind. */
  learn(request: number, kinds: ReadonlyMap<number, readonly number[]>): void {
    const made = entry(this.#made, request, () => ({ jobs: 0, calls: new Map() }));
    if (++made.jobs > MEMORY) {
      made.jobs /= 2;
      for (const counts of made.calls.values()) for (const [count, times] of counts) counts.set(count, times / 2);
    }
    for (const [kind, { length }] of kinds) {
      this.#usageOf(kind).inside += length;
      const counts = entry(made.calls, kind, () => new Map<number, number>());
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
  }

  /** A call of this kind was made between two jobs. */
  leaveOut(kind: number): void {
    this.#usageOf(kind).outside++;
  }

  /** Whether calls of a kind are made in jobs, and never between them. */
  has(kind: number): boolean {
    const { inside, outside } = this.#usageOf(kind);
    return inside >= ENOUGH && outside <= inside * OUTSIDE;
  }

  /** Whether jobs for requests of a kind have so many calls of another. */
  isUsual(request: number, kind: number, count: number): boolean {
    const made = this.#made.get(request);
    return made !== undefined && made.jobs >= ENOUGH && (made.calls.get(kind)?.get(count) ?? 0) >= made.jobs * USUAL;
  }

  #usageOf(kind: number): Usage {
    return entry(this.#usage, kind, () => ({ inside: 0, outside: 0 }));
  }
}

function entry<Value>(map: Map<number, Value>, key: number, create: () => Value): Value {
  let value = map.get(key);
  if (value !== undefined) return value;
  if (map.size >= MAX_KINDS) map.delete(map.keys().next().value as number);
  value = create();
  map.set(key, value);
  return value;
}
