/** A number that stands for a text; 0 is the empty text. Equal texts have equal symbols within one table. */
export type SymbolId = number;

export const EMPTY: SymbolId = 0;

/** What a text becomes once the table is full. */
export const OTHER: SymbolId = 1;

const OTHER_TEXT = '(other)';
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Interned texts. Looking up bytes that are known allocates nothing, so parsers can name what they find on every record.
 * Bounded: past `limit` texts, or for a text over `MAX_LENGTH` bytes, new texts become `OTHER` and are counted.
 */
export class Symbols {
  static readonly MAX_LENGTH = 4096;

  overflowed = 0;
  readonly #limit: number;
  readonly #texts: string[] = ['', OTHER_TEXT];
  #starts = new Uint32Array(1024);
  #lengths = new Uint16Array(1024);
  #hashes = new Int32Array(1024);
  #slots = new Int32Array(4096).fill(-1);
  #arena = new Uint8Array(1 << 15);
  #used = 0;
  /** What `restart` skipped: a symbol is its place plus this, so one given out before never names another text. */
  #skipped = 0;

  constructor(limit = 1 << 16) {
    this.#limit = limit;
    this.#insert(OTHER, encoder.encode(OTHER_TEXT), 0, OTHER_TEXT.length);
  }

  get size(): number {
    return this.#texts.length;
  }

  /** Bytes of all texts. */
  get used(): number {
    return this.#used;
  }

  /** The symbol that the next new text gets. */
  get next(): SymbolId {
    return this.#symbol(this.#texts.length);
  }

  /** '' for a symbol that is not of this table, or that `restart` made void. */
  text(symbol: SymbolId): string {
    if (symbol <= OTHER) return this.#texts[symbol];
    const place = symbol - this.#skipped;
    return place > OTHER ? (this.#texts[place] ?? '') : '';
  }

  /** The symbol of `bytes[start, end)`, read as UTF-8. */
  of(bytes: Uint8Array, start: number, end: number): SymbolId {
    const length = end - start;
    if (length <= 0) return EMPTY;
    let hash = 0x811c9dc5 | 0;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot];
      if (place < 0) break;
      if (this.#hashes[place] === hash && this.#equals(place, bytes, start, length)) return this.#symbol(place);
    }
    if (this.#texts.length >= this.#limit || length > Symbols.MAX_LENGTH) {
      this.overflowed++;
      return OTHER;
    }
    const place = this.#texts.length;
    this.#texts.push(decoder.decode(bytes.subarray(start, end)));
    this.#insert(place, bytes, start, length, hash);
    return this.#symbol(place);
  }

  #symbol(place: number): SymbolId {
    return place <= OTHER ? place : place + this.#skipped;
  }

  /** Forgets every text: symbols given out before are void, and `next` is the first of those to come. */
  restart(next: SymbolId): void {
    this.#skipped = next - 2;
    this.#texts.length = 2;
    this.#slots.fill(-1);
    this.#used = OTHER_TEXT.length;
    this.#place(OTHER);
  }

  ofText(text: string): SymbolId {
    if (text === '') return EMPTY;
    const bytes = encoder.encode(text);
    return this.of(bytes, 0, bytes.length);
  }

  #equals(symbol: SymbolId, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[symbol] !== length) return false;
    const arena = this.#arena;
    for (let i = 0, at = this.#starts[symbol]; i < length; i++) if (arena[at + i] !== bytes[start + i]) return false;
    return true;
  }

  #insert(symbol: SymbolId, bytes: Uint8Array, start: number, length: number, known?: number): void {
    let hash = known ?? 0x811c9dc5 | 0;
    if (known === undefined) for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[start + i], 0x01000193);
    if (symbol >= this.#starts.length) this.#growSymbols();
    while (this.#used + length > this.#arena.length) {
      const arena = new Uint8Array(this.#arena.length * 2);
      arena.set(this.#arena);
      this.#arena = arena;
    }
    this.#arena.set(bytes.subarray(start, start + length), this.#used);
    this.#starts[symbol] = this.#used;
    this.#lengths[symbol] = length;
    this.#hashes[symbol] = hash;
    this.#used += length;
    this.#place(symbol);
  }

  #place(symbol: SymbolId): void {
    const hash = this.#hashes[symbol];
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = symbol;
  }

  #growSymbols(): void {
    const size = this.#starts.length * 2;
    const grow = <T extends Uint32Array | Uint16Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#starts = grow(this.#starts, new Uint32Array(size));
    this.#lengths = grow(this.#lengths, new Uint16Array(size));
    this.#hashes = grow(this.#hashes, new Int32Array(size));
    this.#slots = new Int32Array(size * 4).fill(-1);
    for (let symbol = OTHER; symbol < this.#texts.length - 1; symbol++) this.#place(symbol);
  }
}

/** The table of this thread: templated, bounded texts. */
export const symbols = new Symbols();

/** What parsers keep beyond the bounded texts. */
export const detail = { raw: false };
