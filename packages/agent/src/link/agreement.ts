/** Samples before a class is judged by its own rate. */
const ENOUGH = 50;
/** Weight of one sample once there are enough. */
const WEIGHT = 1 / 200;

/** Kinds of calls told apart; others count as their class. */
const MAX_PARTS = 1 << 14;

/**
 * Share of answers named by several responses, or of responses written after another request was read, beyond which an answer
 * says nothing of the response that follows it. Only the last answer of a request can show so that another response took
 * it, and only one read in four is a request, where each makes three calls: one in four that are wrong.
 */
const MUDDLED = 0.0025;
/** Answers after which the older ones count half. */
const MEMORY = 1000;

/** Agreement of a class whose confirmed links confirm those before them, and samples for that. */
const PROVEN = 0.9;
const ENOUGH_TO_VOUCH = 3;

/** Both ways agree on one call. */
export const BOTH = 0.99;
/** The same where answers do not say whose response follows them: both may be wrong alike. */
export const AT_ODDS = 0.75;
/** A class that was right so far, but not often yet; and one of which so few samples say no more than that it can be. */
const SO_FAR = 0.95;
const FEW = 10;
const POSSIBLE = 0.9;
/** A class of which nothing is known: work on a timer looks like that, and so do loops that put their writes off. */
const UNKNOWN = 0.5;

/**
 * How often the two ways to link a call agree, by class and by kind of call within it: forward (what the thread had read
 * when it made the call) and backward (which answer it had read when it answered the request). Where a program hands work
 * from thread to thread or queues it behind a pool, they disagree, and forward links of that class are worth as little as
 * they agree.
 */
export class Agreement {
  readonly #classes = new Map<number, number>();
  readonly #parts = new Map<number, number>();
  readonly #rates: number[] = [];
  readonly #samples: number[] = [];
  /** Calls whose answer was the last thing read before a response, and those for which that was so of several responses. */
  readonly #named: number[] = [];
  readonly #muddled: number[] = [];
  /** By process: responses, and those written after another request was read: timers and files lead to such. */
  readonly #responses: number[] = [];
  readonly #strayed: number[] = [];
  /** The process of a class. */
  readonly #identities: number[] = [];
  /** The class that a class is a part of, or itself. */
  readonly #whole: number[] = [];

  /** The number of a class, by the process and whom it calls, from a task of a runtime or not. */
  classOf(identity: number, peer: number, hasTask = false): number {
    const key = (identity * 2 ** 24 + peer) * 2 + Number(hasTask);
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const number = this.#create(this.#classes, key, this.#rates.length);
    this.#identities[number] = identity;
    return number;
  }

  /** That of the calls of one kind among a class: only they say whether calls of that kind go their own way. */
  partOf(whole: number, kind: number): number {
    const key = whole * 2 ** 32 + kind;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    return this.#parts.size < MAX_PARTS ? this.#create(this.#parts, key, whole) : whole;
  }

  /** What was learned of a class does not hold any more. */
  forget(whole: number): void {
    for (let number = whole; number < this.#whole.length; number++) {
      if (this.#whole[number] !== whole) continue;
      this.#rates[number] = 1;
      this.#samples[number] = this.#named[number] = this.#muddled[number] = 0;
    }
  }

  /** The two ways agree on a call, or do not. */
  note(number: number, agrees: boolean): void {
    if (this.#whole[number] !== number) this.#add(this.#whole[number], agrees);
    this.#add(number, agrees);
  }

  /** A call was made on a note that was stale: that says nothing of calls of other kinds. */
  refute(number: number): void {
    this.#add(number, false);
  }

  /** An answer was the last thing read before a response: the first one, or (`again`) one more. */
  name(part: number, again: boolean): void {
    const number = this.#whole[part];
    if (again) this.#muddled[number]++;
    else if (++this.#named[number] > MEMORY) {
      this.#named[number] /= 2;
      this.#muddled[number] /= 2;
    }
  }

  /** A process wrote a response; `strayed`: the last thing its thread had read was another request. */
  responded(identity: number, strayed: boolean): void {
    this.#strayed[identity] = (this.#strayed[identity] ?? 0) + Number(strayed);
    this.#responses[identity] = (this.#responses[identity] ?? 0) + 1;
    if (this.#responses[identity] <= MEMORY) return;
    this.#responses[identity] /= 2;
    this.#strayed[identity] /= 2;
  }

  /** Whether a program of this class answers what it reads at once: one that reads in batches, or waits for a timer, does not. */
  isOrderly(part: number): boolean {
    const number = this.#whole[part];
    const identity = this.#identities[number];
    if ((this.#strayed[identity] ?? 0) > (this.#responses[identity] ?? 0) * MUDDLED) return false;
    return this.#muddled[number] <= this.#named[number] * MUDDLED;
  }

  /** Whether forward links of a class have been right long enough to vouch for each other. */
  isProven(part: number): boolean {
    const number = this.#whole[part];
    return this.#samples[number] >= ENOUGH_TO_VOUCH && this.#rates[number] >= PROVEN;
  }

  /** How often it was right, for evidence that needs no confirmation. */
  share(number: number): number {
    return this.#rates[number];
  }

  /** Confidence of a forward link that nothing confirmed: of its own kind of calls where that is known, else of its class. */
  rate(number: number): number {
    const [samples, rate, whole] = [this.#samples[number], this.#rates[number], this.#whole[number]];
    if (samples >= ENOUGH) return rate;
    if (whole !== number) return samples === 0 ? this.rate(whole) : Math.min(rate, this.rate(whole));
    if (samples === 0) return UNKNOWN;
    return Math.min(samples < FEW ? POSSIBLE : SO_FAR, rate);
  }

  #create(classes: Map<number, number>, key: number, whole: number): number {
    const number = this.#rates.length;
    classes.set(key, number);
    this.#whole.push(whole);
    this.#rates.push(1);
    this.#samples.push(0);
    this.#named.push(0);
    this.#muddled.push(0);
    return number;
  }

  #add(number: number, agrees: boolean): void {
    const weight = Math.max(WEIGHT, 1 / ++this.#samples[number]);
    this.#rates[number] += (Number(agrees) - this.#rates[number]) * weight;
  }
}
