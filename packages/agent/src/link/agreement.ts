/** Samples before a class is judged by its own rate. */
const ENOUGH = 50;
/** Weight of one sample once there are enough. */
const WEIGHT = 1 / 200;

/** Answers named by several responses beyond which an answer says nothing of the response that follows it. */
const MUDDLED = 0.02;
/** Answers after which the older ones count half. */
const MEMORY = 1000;

/** Agreement of a class whose confirmed links confirm those before them, and samples for that. */
const PROVEN = 0.9;
const ENOUGH_TO_VOUCH = 3;

/** Both ways agree on one call. */
export const BOTH = 0.99;
/** A class that was right so far, but not often yet. */
const SO_FAR = 0.95;
/** A class of which nothing is known: work on a timer looks like that. */
const UNKNOWN = 0.9;

/**
 * How often the two ways to link a call agree, by class: forward (what the thread had read when it made the call) and
 * backward (which answer it had read when it answered the request). Where a program hands work from thread to thread or
 * queues it behind a pool, they disagree, and forward links of that class are worth as little as they agree.
 */
export class Agreement {
  readonly #classes = new Map<number, number>();
  readonly #rates: number[] = [];
  readonly #samples: number[] = [];
  /** Calls whose answer was the last thing read before a response, and those for which that was so of several responses. */
  readonly #named: number[] = [];
  readonly #muddled: number[] = [];

  /** The number of a class, by the process and whom it calls, from a task of a runtime or not. */
  classOf(identity: number, peer: number, hasTask = false): number {
    const key = (identity * 2 ** 24 + peer) * 2 + Number(hasTask);
    let number = this.#classes.get(key);
    if (number === undefined) {
      number = this.#rates.length;
      this.#classes.set(key, number);
      this.#rates.push(1);
      this.#samples.push(0);
      this.#named.push(0);
      this.#muddled.push(0);
    }
    return number;
  }

  /** What was learned of a class does not hold any more. */
  forget(number: number): void {
    this.#rates[number] = 1;
    this.#samples[number] = this.#named[number] = this.#muddled[number] = 0;
  }

  note(number: number, agrees: boolean): void {
    const weight = Math.max(WEIGHT, 1 / ++this.#samples[number]);
    this.#rates[number] += (Number(agrees) - this.#rates[number]) * weight;
  }

  /** An answer was the last thing read before a response: the first one, or (`again`) one more. */
  name(number: number, again: boolean): void {
    if (again) this.#muddled[number]++;
    else if (++this.#named[number] > MEMORY) {
      this.#named[number] /= 2;
      this.#muddled[number] /= 2;
    }
  }

  /** Whether a program of this class answers what it reads at once: one that reads in batches does not. */
  isOrderly(number: number): boolean {
    return this.#muddled[number] <= this.#named[number] * MUDDLED;
  }

  /** Whether forward links of a class have been right long enough to vouch for each other. */
  isProven(number: number): boolean {
    return this.#samples[number] >= ENOUGH_TO_VOUCH && this.#rates[number] >= PROVEN;
  }

  /** Confidence of a forward link that nothing confirmed. */
  rate(number: number): number {
    if (this.#samples[number] === 0) return UNKNOWN;
    return this.#samples[number] < ENOUGH ? Math.min(SO_FAR, this.#rates[number]) : this.#rates[number];
  }
}
