import { type SymbolId, Symbols } from './symbols.ts';

/** Texts and bytes of a table that is full. */
const TEXTS = 1 << 15;
const BYTES = 1 << 21;

/**
 * Texts of high cardinality, wanted for a while only: paths as they came, ids. The latest are held, at least as many as one
 * full table has, and at most two; a symbol of one that is gone names the empty text, never another one.
 */
export class RecentSymbols {
  readonly #texts: number;
  readonly #bytes: number;
  #latest: Symbols;
  #before: Symbols;

  constructor(texts = TEXTS, bytes = BYTES) {
    this.#texts = texts;
    this.#bytes = bytes;
    this.#latest = new Symbols();
    this.#before = new Symbols();
  }

  /** '' for a symbol whose text is gone. */
  text(symbol: SymbolId): string {
    return this.#latest.text(symbol) || this.#before.text(symbol);
  }

  /** The symbol of `bytes[start, end)`, read as UTF-8. */
  of(bytes: Uint8Array, start: number, end: number): SymbolId {
    const { size, used } = this.#latest;
    if (size >= this.#texts || used + end - start > this.#bytes) this.#turn();
    return this.#latest.of(bytes, start, end);
  }

  #turn(): void {
    const latest = this.#before;
    latest.restart(this.#latest.next);
    this.#before = this.#latest;
    this.#latest = latest;
  }
}

/** The table of this thread, for spans. */
export const transient = new RecentSymbols();
