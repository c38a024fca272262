/** Of a piece of the kernel's: no request is kept further. */
const MAX_LENGTH = 1 << 14;

/** The first bytes of a long request, handed over in one or several pieces ahead of the record of its turn, which holds fewer of them. */
export class LongRequest {
  #bytes = new Uint8Array(0);
  #length = 0;
  #offset = -1;

  /** Keeps `bytes[start, end)`, which lie `into` bytes behind the first, at `offset` of the client's stream. */
  keep(bytes: Uint8Array, start: number, end: number, offset: number, into: number): void {
    if (into > 0 && (this.#offset !== offset || this.#length !== into)) return;
    const length = into + (end - start);
    if (length > MAX_LENGTH) return;
    if (this.#bytes.length < length) {
      const grown = new Uint8Array(length);
      grown.set(this.#bytes.subarray(0, into));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(start, end), into);
    this.#length = length;
    this.#offset = offset;
  }

  /** Writes the request at `offset` to the start of `to`; how long it is, 0 where it is not kept. It is given out once. */
  take(offset: number, to: Uint8Array): number {
    if (this.#offset !== offset) return 0;
    this.#offset = -1;
    to.set(this.#bytes.subarray(0, this.#length));
    return this.#length;
  }
}
