/** A set of whole numbers kept as sorted, disjoint, closed ranges: small where most numbers follow each other. */
export class RangeSet {
  readonly #low: number[] = [];
  readonly #high: number[] = [];

  get ranges(): number {
    return this.#low.length;
  }

  has(value: number): boolean {
    const i = this.#rangeUpTo(value);
    return i >= 0 && value <= this.#high[i];
  }

  add(low: number, high = low): void {
    let first = this.#rangeUpTo(low);
    if (first < 0 || this.#high[first] < low - 1) first++;
    let last = first;
    let start = low;
    let end = high;
    while (last < this.#low.length && this.#low[last] <= high + 1) {
      start = Math.min(start, this.#low[last]);
      end = Math.max(end, this.#high[last]);
      last++;
    }
    this.#low.splice(first, last - first, start);
    this.#high.splice(first, last - first, end);
  }

  /** Removes all but the `count` highest ranges; returns where the lowest of those begins. */
  keepHighest(count: number): number {
    const gone = Math.max(0, this.#low.length - count);
    this.#low.splice(0, gone);
    this.#high.splice(0, gone);
    return this.#low[0];
  }

  /** Index of the last range that starts at or before `value`, -1 if there is none. */
  #rangeUpTo(value: number): number {
    let left = 0;
    let right = this.#low.length;
    while (left < right) {
      const middle = (left + right) >> 1;
      if (this.#low[middle] <= value) left = middle + 1;
      else right = middle;
    }
    return left - 1;
  }
}
