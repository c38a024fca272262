const ROWS = 4;
const COLUMNS = 4096;

/**
 * How often each of many numbers came, in 64 KiB whatever their number: never too few, and too many by as much as their
 * sum over 4096 (G. Cormode, S. Muthukrishnan, "An improved data stream summary: the count-min sketch", 2005).
 */
export class CountSketch {
  readonly #counts = new Uint32Array(ROWS * COLUMNS);

  /** Counts one more of `key`, 32 bits; returns how many there were before. */
  add(key: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ROWS; row++) least = Math.min(least, this.#counts[cellOf(key, row)]++);
    return least;
  }

  /** At least how often `key` came. */
  count(key: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ROWS; row++) least = Math.min(least, this.#counts[cellOf(key, row)]);
    return least;
  }

  clear(): void {
    this.#counts.fill(0);
  }
}

function cellOf(key: number, row: number): number {
  let h = Math.imul(key ^ Math.imul(row + 1, 0x9e37_79b1), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return row * COLUMNS + ((h ^ (h >>> 16)) & (COLUMNS - 1));
}
