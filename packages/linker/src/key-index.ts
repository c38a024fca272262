/** No slot. */
export const NONE = 0xffff_ffff;

/**
 * A hash index over keys of `width` 32-bit words that lie in one typed array, `width` words a slot: open addressing
 * with linear probing, deletion without tombstones. Holds slot numbers only, 8 bytes a slot.
 */
export class KeyIndex {
  /** Words of the key of slot `s` from `s * width` on; written by whoever adds the slot. */
  readonly words: Uint32Array;
  readonly #width: 2 | 4;
  readonly #cells: Uint32Array;
  readonly #mask: number;

  constructor(width: 2 | 4, capacity: number) {
    const cells = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.words = new Uint32Array(capacity * width);
    this.#width = width;
    this.#cells = new Uint32Array(cells).fill(NONE);
    this.#mask = cells - 1;
  }

  /** Slot of the key, NONE where there is none. Keys of two words leave `c` and `d` 0. */
  find(a: number, b: number, c = 0, d = 0): number {
    const { words } = this;
    for (let cell = hash(a, b, c, d) & this.#mask; ; cell = (cell + 1) & this.#mask) {
      const slot = this.#cells[cell];
      if (slot === NONE) return NONE;
      const at = slot * this.#width;
      if (words[at] !== a || words[at + 1] !== b) continue;
      if (this.#width === 2 || (words[at + 2] === c && words[at + 3] === d)) return slot;
    }
  }

  /** The key must not be in the index. */
  add(slot: number, a: number, b: number, c = 0, d = 0): void {
    const at = slot * this.#width;
    this.words[at] = a;
    this.words[at + 1] = b;
    if (this.#width === 4) {
      this.words[at + 2] = c;
      this.words[at + 3] = d;
    }
    let cell = hash(a, b, c, d) & this.#mask;
    while (this.#cells[cell] !== NONE) cell = (cell + 1) & this.#mask;
    this.#cells[cell] = slot;
  }

  /** The slot must be in the index. What was moved aside by it moves back. */
  remove(slot: number): void {
    let hole = this.#home(slot);
    while (this.#cells[hole] !== slot) hole = (hole + 1) & this.#mask;
    for (let cell = (hole + 1) & this.#mask; this.#cells[cell] !== NONE; cell = (cell + 1) & this.#mask) {
      const distance = (cell - this.#home(this.#cells[cell])) & this.#mask;
      if (distance < ((cell - hole) & this.#mask)) continue;
      this.#cells[hole] = this.#cells[cell];
      hole = cell;
    }
    this.#cells[hole] = NONE;
  }

  clear(): void {
    this.#cells.fill(NONE);
  }

  #home(slot: number): number {
    const at = slot * this.#width;
    const { words } = this;
    const h =
      this.#width === 2
        ? hash(words[at], words[at + 1], 0, 0)
        : hash(words[at], words[at + 1], words[at + 2], words[at + 3]);
    return h & this.#mask;
  }
}

/** Ids are random, but nobody has to keep to it: mixed, so that neighbours do not cluster. 32 bits, others for each seed. */
export function hash(a: number, b: number, c: number, d: number, seed = 0): number {
  let h = Math.imul(a ^ Math.imul(b ^ seed, 0x9e37_79b1), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 15) ^ c, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 13) ^ d, 0x27d4_eb2f);
  return (h ^ (h >>> 16)) >>> 0;
}
