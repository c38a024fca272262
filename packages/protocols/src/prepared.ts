import { EMPTY, type SymbolId } from './symbols.ts';

/** A statement as it was prepared. */
export interface Prepared {
  operation: SymbolId;
  target: SymbolId;
  statement: SymbolId;
}

/** Nothing is known of the statement. */
export const UNSEEN: Readonly<Prepared> = { operation: EMPTY, target: EMPTY, statement: EMPTY };

const MAX_ENTRIES = 1024;

interface Entry {
  /** A second hash of the name, so that two names are not mistaken for each other. */
  readonly check: number;
  readonly prepared: Readonly<Prepared>;
}

/** Statements of one connection by their names as bytes, the oldest forgotten where they are too many. */
export class PreparedByName {
  readonly #entries = new Map<number, Entry>();

  get(bytes: Uint8Array, start: number, end: number): Readonly<Prepared> {
    hash(bytes, start, end);
    const entry = this.#entries.get(key);
    return entry && entry.check === check ? entry.prepared : UNSEEN;
  }

  set(bytes: Uint8Array, start: number, end: number, prepared: Readonly<Prepared>): void {
    hash(bytes, start, end);
    this.#entries.delete(key);
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.delete(this.#entries.keys().next().value as number);
    this.#entries.set(key, { check, prepared });
  }

  delete(bytes: Uint8Array, start: number, end: number): void {
    hash(bytes, start, end);
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}

let key = 0;
let check = 0;

function hash(bytes: Uint8Array, start: number, end: number): void {
  key = 0x811c9dc5 | 0;
  check = end - start;
  for (let i = start; i < end; i++) {
    key = Math.imul(key ^ bytes[i], 0x01000193);
    check = (Math.imul(check, 31) + bytes[i]) | 0;
  }
}
