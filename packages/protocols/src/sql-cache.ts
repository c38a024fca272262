import type { Dialect } from './sql-dialect.ts';
import { sql } from './sql-normalise.ts';

const SLOTS = 2048;
const SLOT_BYTES = 512;
const NONE: Uint8Array = new Uint8Array(0);

/** Statements that were read, by some form of their bytes: a slot for each hash, the last that came has it. */
export class SqlCache {
  /** What `find` returns: `sql` is filled; the hash is known from before; neither. */
  static readonly FOUND = 2;
  static readonly AGAIN = 1;
  static readonly NEW = 0;

  readonly #bytes = new Uint8Array(SLOTS * SLOT_BYTES);
  readonly #hashes = new Int32Array(SLOTS);
  /** 0: only the hash is known. */
  readonly #lengths = new Uint16Array(SLOTS);
  readonly #dialects = new Uint8Array(SLOTS);
  readonly #results = new Int32Array(SLOTS * 3);
  #slot = -1;
  #source: Uint8Array = NONE;
  #start = 0;
  #length = 0;
  #dialect: Dialect = 0;

  /** Looks for the bytes `[start, end)`. What is not found may be kept by a `keep` that follows. */
  find(bytes: Uint8Array, start: number, end: number, dialect: Dialect): number {
    const length = end - start;
    this.#slot = -1;
    if (length > SLOT_BYTES || length <= 0) return SqlCache.NEW;
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    const known = this.#hashes[slot] === hash;
    if (known && this.#lengths[slot] === length && this.#dialects[slot] === dialect) {
      const stored = this.#bytes;
      const at = slot * SLOT_BYTES;
      let same = 0;
      while (same < length && stored[at + same] === bytes[start + same]) same++;
      if (same === length) {
        sql.operation = this.#results[slot * 3];
        sql.target = this.#results[slot * 3 + 1];
        sql.statement = this.#results[slot * 3 + 2];
        sql.traceparent = -1;
        return SqlCache.FOUND;
      }
    }
    if (!known) {
      this.#hashes[slot] = hash;
      this.#lengths[slot] = 0;
    }
    this.#slot = slot;
    this.#source = bytes;
    this.#start = start;
    this.#length = length;
    this.#dialect = dialect;
    return known ? SqlCache.AGAIN : SqlCache.NEW;
  }

  /** Keeps `sql` for the bytes that `find` was given last; they must be there still. */
  keep(): void {
    const slot = this.#slot;
    if (slot < 0) return;
    this.#lengths[slot] = this.#length;
    this.#dialects[slot] = this.#dialect;
    const stored = this.#bytes;
    const source = this.#source;
    for (let i = 0, at = slot * SLOT_BYTES, from = this.#start; i < this.#length; i++)
      stored[at + i] = source[from + i];
    this.#results[slot * 3] = sql.operation;
    this.#results[slot * 3 + 1] = sql.target;
    this.#results[slot * 3 + 2] = sql.statement;
    this.#source = NONE;
    this.#slot = -1;
  }
}
