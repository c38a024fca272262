/** The field whose text a table keeps; see `hpack.ts` for the others. */
export const PATH = 3;

const DEFAULT_TABLE = 4096;
/** More than any server allows by default; past it the oldest entries are unknown. */
const MAX_TABLE = 1 << 18;
/** Kept where the real limit is unknown. */
const PARTIAL_TABLE = 1 << 14;
const ENTRY_OVERHEAD = 32;
const FIRST_PATHS = 512;

/** The dynamic table of one direction (RFC 7541 §2.3.2): of each entry what it says, not its text. */
export class HeaderTable {
  /** Entries were made before the connection was watched, or bytes were lost: what is not here is unknown, not wrong. */
  partial = true;
  count = 0;
  #size = 0;
  #limit = DEFAULT_TABLE;
  /** The ring of entries; the newest is at `#head - 1`. */
  #head = 0;
  #kinds = new Uint8Array(64);
  #sizes = new Int32Array(64);
  #nameLengths = new Int32Array(64);
  #values = new Int32Array(64);
  /** Paths, each at `#values` with the length of `#lengths`. It grows to twice the limit, so that no live path is written over. */
  #paths = new Uint8Array(0);
  #written = 0;
  #lengths = new Int32Array(64);

  forget(): void {
    this.partial = true;
    this.count = this.#size = 0;
  }

  /** The slot of dynamic index `index` (0 is the newest), or -1. */
  slot(index: number): number {
    return index < this.count ? (this.#head - 1 - index) & (this.#kinds.length - 1) : -1;
  }

  kind(slot: number): number {
    return this.#kinds[slot];
  }

  nameLength(slot: number): number {
    return this.#nameLengths[slot];
  }

  value(slot: number): number {
    return this.#values[slot];
  }

  /** A dynamic table size update. A table of size 0 is empty, so that all it holds from then on is known. */
  resize(limit: number): void {
    if (limit === 0) this.partial = false;
    this.#limit = Math.min(limit, MAX_TABLE);
    if (limit > MAX_TABLE) this.partial = true;
    this.#evict(0);
  }

  insert(kind: number, nameLength: number, valueLength: number, value: number, path: Uint8Array, at: number): void {
    const size = nameLength + valueLength + ENTRY_OVERHEAD;
    this.#evict(size);
    if (size > this.#capacity) return;
    if (this.count === this.#kinds.length) this.#grow();
    const slot = this.#head;
    this.#head = (slot + 1) & (this.#kinds.length - 1);
    this.count++;
    this.#size += size;
    this.#kinds[slot] = kind;
    this.#sizes[slot] = size;
    this.#nameLengths[slot] = nameLength;
    this.#values[slot] = kind === PATH ? this.#keepPath(path, at, valueLength) : value;
    this.#lengths[slot] = valueLength;
  }

  /** Copies the path of a slot to `out`; returns its length. */
  path(slot: number, out: Uint8Array): number {
    const at = this.#values[slot];
    const length = Math.min(out.length, this.#lengths[slot]);
    for (let i = 0; i < length; i++) out[i] = this.#paths[at + i];
    return length;
  }

  /** Where the real limit is unknown, more is kept than may be there: what was evicted is never referred to. */
  get #capacity(): number {
    return this.partial ? Math.max(this.#limit, PARTIAL_TABLE) : this.#limit;
  }

  #evict(room: number): void {
    while (this.count > 0 && this.#size + room > this.#capacity) {
      const oldest = (this.#head - this.count) & (this.#kinds.length - 1);
      this.#size -= this.#sizes[oldest];
      this.count--;
    }
  }

  #keepPath(path: Uint8Array, at: number, length: number): number {
    while (this.#written + length > this.#paths.length && this.#paths.length < 2 * this.#capacity) {
      const grown = new Uint8Array(Math.max(FIRST_PATHS, this.#paths.length * 2));
      grown.set(this.#paths);
      this.#paths = grown;
    }
    if (this.#written + length > this.#paths.length) this.#written = 0;
    const start = this.#written;
    for (let i = 0; i < length; i++) this.#paths[start + i] = path[at + i];
    this.#written = start + length;
    return start;
  }

  #grow(): void {
    const old = this.#kinds.length;
    const first = (this.#head - this.count) & (old - 1);
    const grow = <T extends Uint8Array | Int32Array>(from: T, to: T): T => {
      for (let i = 0; i < this.count; i++) to[i] = from[(first + i) & (old - 1)];
      return to;
    };
    this.#kinds = grow(this.#kinds, new Uint8Array(old * 2));
    this.#sizes = grow(this.#sizes, new Int32Array(old * 2));
    this.#nameLengths = grow(this.#nameLengths, new Int32Array(old * 2));
    this.#values = grow(this.#values, new Int32Array(old * 2));
    this.#lengths = grow(this.#lengths, new Int32Array(old * 2));
    this.#head = this.count;
  }
}
