const KEPT = 256;

/** Where the last reads of one end began in the stream, by their times, which grow. */
export class ReadPlaces {
  readonly #offsets = new Float64Array(KEPT);
  readonly #times = new Float64Array(KEPT);
  #count = 0;

  /** A piece of the read at `offset` was seen; all pieces of a read have its time. */
  add(offset: number, time: number): void {
    if (this.#count > 0 && this.#times[(this.#count - 1) % KEPT] === time) return;
    const at = this.#count++ % KEPT;
    this.#offsets[at] = offset;
    this.#times[at] = time;
  }

  /** The offset at which the read of that time began, or -1. */
  at(time: number): number {
    let low = Math.max(0, this.#count - KEPT);
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle % KEPT] < time) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#times[low % KEPT] === time ? this.#offsets[low % KEPT] : -1;
  }
}
