const SLOTS = 1 << 14;
/** Places looked at for one read; with all taken the first goes. */
const PROBES = 4;

/**
 * Reads that brought several messages at once: several answers on a connection that many calls share, or several requests.
 * What was done after such a read may have been done for any of them. A read is known by connection and monotonic time.
 */
export class JointReads {
  readonly #connection = new Uint32Array(SLOTS);
  readonly #time = new Float64Array(SLOTS);
  readonly #messages = new Uint32Array(SLOTS);

  /** A message ended with this read. */
  add(clientStart: number, time: number): void {
    const at = this.#find(clientStart, time);
    if (this.#time[at] === time && this.#connection[at] === clientStart) this.#messages[at]++;
    else {
      this.#connection[at] = clientStart;
      this.#time[at] = time;
      this.#messages[at] = 1;
    }
  }

  /** Whether more than one message is known to have ended with it. */
  has(clientStart: number, time: number): boolean {
    const at = this.#find(clientStart, time);
    return this.#time[at] === time && this.#connection[at] === clientStart && this.#messages[at] > 1;
  }

  /** Where a read is, or may go. */
  #find(clientStart: number, time: number): number {
    const home = Math.imul(clientStart ^ (time % 0x1_0000_0000), 0x9e3779b1) >>> 18;
    let oldest = home;
    for (let i = 0; i < PROBES; i++) {
      const at = (home + i) % SLOTS;
      if (this.#time[at] === time && this.#connection[at] === clientStart) return at;
      if (this.#time[at] < this.#time[oldest]) oldest = at;
    }
    return oldest;
  }
}
