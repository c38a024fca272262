/** Samples before a class is judged by its own rate. */
const ENOUGH = 50;
/** Weight of one sample once there are enough. */
const WEIGHT = 1 / 200;

/** Both ways agree on one call. */
export const BOTH = 0.99;
/** A class not judged yet. */
const UNJUDGED = 0.95;

/**
 * How often the two ways to link a call agree, by class: forward (what the thread had read when it made the call) and
 * backward (which answer it had read when it answered the request). Where a program hands work from thread to thread or
 * queues it behind a pool, they disagree, and forward links of that class are worth as little as they agree.
 */
export class Agreement {
  readonly #classes = new Map<number, number>();
  readonly #rates: number[] = [];
  readonly #samples: number[] = [];

  /** The number of a class, by the process and whom it calls. */
  classOf(identity: number, peer: number): number {
    const key = identity * 2 ** 24 + peer;
    let number = this.#classes.get(key);
    if (number === undefined) {
      number = this.#rates.length;
      this.#classes.set(key, number);
      this.#rates.push(1);
      this.#samples.push(0);
    }
    return number;
  }

  note(number: number, agrees: boolean): void {
    const weight = Math.max(WEIGHT, 1 / ++this.#samples[number]);
    this.#rates[number] += (Number(agrees) - this.#rates[number]) * weight;
  }

  /** Confidence of a forward link that nothing confirmed. */
  rate(number: number): number {
    return this.#samples[number] < ENOUGH ? Math.min(UNJUDGED, this.#rates[number]) : this.#rates[number];
  }
}
