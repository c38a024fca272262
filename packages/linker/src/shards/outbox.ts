const CHUNK = 65_536;

/** Messages for one shard, in order, as bytes of a limited number; those that find no room are lost and counted. */
export class Outbox {
  lost = 0;
  readonly #maxChunks: number;
  readonly #header: Uint8Array;
  readonly #full: Uint8Array[] = [];
  #chunk = new Uint8Array(CHUNK);
  #view = new DataView(this.#chunk.buffer);
  #used: number;

  /** Each batch begins with `header`. */
  constructor(maxBytes: number, header: Uint8Array) {
    this.#maxChunks = Math.max(1, Math.floor(maxBytes / CHUNK));
    this.#header = header;
    this.#used = header.length;
    this.#chunk.set(header);
  }

  get isEmpty(): boolean {
    return this.#full.length === 0 && this.#used === this.#header.length;
  }

  /** Lets `write` put a message of `bytes` bytes at the place given, where there is room. */
  add(bytes: number, write: (view: DataView, at: number) => void): void {
    if (this.#used + bytes > CHUNK) {
      if (this.#full.length + 1 >= this.#maxChunks) {
        this.lost++;
        return;
      }
      this.#turn();
    }
    write(this.#view, this.#used);
    this.#used += bytes;
  }

  /** The oldest batch, which is the receiver's from now on; `null` where there is none. */
  take(): Uint8Array | null {
    const full = this.#full.shift();
    if (full !== undefined || this.isEmpty) return full ?? null;
    const batch = this.#chunk.slice(0, this.#used);
    this.#used = this.#header.length;
    return batch;
  }

  #turn(): void {
    this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = new Uint8Array(CHUNK);
    this.#view = new DataView(this.#chunk.buffer);
    this.#chunk.set(this.#header);
    this.#used = this.#header.length;
  }
}
