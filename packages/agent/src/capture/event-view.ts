import type { RingReader } from '@sonde/libbpf';

/** Numbers of records where they lie in the ring: offsets are aligned to their size, byte order is the host's. */
export class EventView {
  readonly bytes: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;

  constructor(ring: Pick<RingReader, 'data' | 'u16' | 'u32'>) {
    this.bytes = ring.data;
    this.#u16 = ring.u16;
    this.#u32 = ring.u32;
  }

  u8(at: number): number {
    return this.bytes[at];
  }

  u16(at: number): number {
    return this.#u16[at >>> 1];
  }

  u32(at: number): number {
    return this.#u32[at >>> 2];
  }

  /** Exact up to 2^53. */
  u64(at: number): number {
    const word = at >>> 2;
    return this.#u32[word] + this.#u32[word + 1] * 0x1_0000_0000;
  }
}
