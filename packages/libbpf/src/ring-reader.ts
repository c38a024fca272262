import { BpfError } from './errors.ts';

/** Bytes of the header before each record: length with the flags below, and an offset for the kernel's own use. */
const HEADER = 8;
/** BPF_RINGBUF_BUSY_BIT is the sign of the length: reserved, not yet submitted. */
const DISCARD = 0x40000000;
const LENGTH_MASK = 0x3fffffff;

/** Called for each record with the offset of its payload in `data` (8-byte aligned) and its length in bytes. */
export type OnRecord = (offset: number, length: number) => void;

/**
 * Reads a BPF ring buffer in place: no copy and no allocation per record. The memory is given, so the same code runs
 * over a mapped kernel ring and over plain buffers.
 *
 * Layout and ordering: kernel/bpf/ringbuf.c and "BPF ring buffer" in the kernel documentation. Positions are 64-bit
 * byte counts that only grow; the data area is mapped twice in a row, so a record never wraps.
 */
export class RingReader {
  /** Size of the ring in bytes, a power of two. */
  readonly size: number;
  /** The data area, twice in a row: any record is contiguous from its offset. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The same bytes as `data`, in the byte order of the host. */
  readonly u16: Uint16Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly #headers: Int32Array<ArrayBuffer>;
  readonly #consumer: BigUint64Array<ArrayBuffer>;
  readonly #producer: BigUint64Array<ArrayBuffer>;
  readonly #mask: bigint;

  /**
   * @param data the data area, mapped (or copied) twice: `2 * size` bytes
   * @param consumer one element: how far we have read; written here, read by the kernel
   * @param producer one element: how far the kernel has reserved; only read here
   */
  constructor(
    data: Uint8Array<ArrayBuffer>,
    consumer: BigUint64Array<ArrayBuffer>,
    producer: BigUint64Array<ArrayBuffer>,
  ) {
    const { buffer, byteOffset, byteLength } = data;
    this.size = byteLength / 2;
    if (this.size < HEADER || (this.size & (this.size - 1)) !== 0) {
      throw new BpfError('SONDE_BPF_ARGUMENT', `a ring of ${this.size} bytes is not a power of two`);
    }
    this.data = data;
    this.u16 = new Uint16Array(buffer, byteOffset, byteLength / 2);
    this.u32 = new Uint32Array(buffer, byteOffset, byteLength / 4);
    this.#headers = new Int32Array(buffer, byteOffset, byteLength / 4);
    this.#consumer = consumer;
    this.#producer = producer;
    this.#mask = BigInt(this.size - 1);
  }

  /** Bytes reserved by the kernel and not yet read, headers included. */
  available(): number {
    return Number(BigInt.asUintN(64, Atomics.load(this.#producer, 0) - Atomics.load(this.#consumer, 0)));
  }

  /**
   * Hands over the records there are, oldest first, and gives their room back to the kernel. Stops at the first record
   * still being written, after `limit` records, or at what the kernel had reserved when the call began, so it always
   * ends. A record counts as read even if `onRecord` throws. Nothing may keep an offset after `onRecord` returns.
   *
   * @returns the number of records handed over; discarded ones are skipped
   */
  drain(onRecord: OnRecord, limit: number = Number.POSITIVE_INFINITY): number {
    const headers = this.#headers;
    const wrap = this.size - 1;
    /** Room is given back in steps, so that producers need not wait for the end of a long drain. */
    const step = this.size >>> 3;
    const start = Atomics.load(this.#consumer, 0);
    const end = this.available();
    const base = Number(start & this.#mask);
    let read = 0;
    let released = 0;
    let records = 0;
    try {
      while (read < end && records < limit) {
        const offset = (base + read) & wrap;
        /** Acquire: the payload is complete once the busy bit is seen clear. */
        const header = Atomics.load(headers, offset >>> 2);
        if (header < 0) break;
        const length = header & LENGTH_MASK;
        const next = read + ((HEADER + length + 7) & ~7);
        if (next > end) throw new BpfError('SONDE_BPF_RING_CORRUPT', `${length} bytes at offset ${offset}`);
        read = next;
        if ((header & DISCARD) === 0) {
          records++;
          onRecord(offset + HEADER, length);
        }
        if (read - released >= step) {
          Atomics.store(this.#consumer, 0, start + BigInt(read));
          released = read;
        }
      }
    } finally {
      if (read > released) Atomics.store(this.#consumer, 0, start + BigInt(read));
    }
    return records;
  }
}
