import { BpfError } from './errors.ts';
import type { BpfMap } from './map.ts';
import { type Mapping, mapFile, pageSize } from './memory.ts';
import { type OnRecord, RingReader } from './ring-reader.ts';

const BPF_MAP_TYPE_RINGBUF = 27;

/** A BPF ring buffer mapped into this process. Not thread-safe: one reader at a time. */
export class RingBuffer implements Disposable {
  readonly #reader: RingReader;
  readonly #consumer: Mapping;
  readonly #producer: Mapping;

  /** @throws BpfError SONDE_BPF_ARGUMENT for a map of another type, SONDE_BPF_MMAP if it cannot be mapped */
  constructor(map: BpfMap) {
    if (map.type !== BPF_MAP_TYPE_RINGBUF) {
      throw new BpfError('SONDE_BPF_ARGUMENT', `${map.name} is not a ring buffer`);
    }
    const page = pageSize();
    const size = map.maxEntries;
    this.#consumer = mapFile(map.fd, 0, page, 'write');
    try {
      this.#producer = mapFile(map.fd, page, page + 2 * size, 'read');
    } catch (error) {
      this.#consumer.unmap();
      throw error;
    }
    this.#reader = new RingReader(
      new Uint8Array(this.#producer.buffer, page, 2 * size),
      new BigUint64Array(this.#consumer.buffer, 0, 1),
      new BigUint64Array(this.#producer.buffer, 0, 1),
    );
  }

  /** Size of the ring in bytes. */
  get size(): number {
    return this.#reader.size;
  }

  /** The data area, twice in a row. The kernel maps it read-only: writing to it ends the process. */
  get data(): Uint8Array<ArrayBuffer> {
    return this.#reader.data;
  }

  get u16(): Uint16Array<ArrayBuffer> {
    return this.#reader.u16;
  }

  get u32(): Uint32Array<ArrayBuffer> {
    return this.#reader.u32;
  }

  /** See {@link RingReader.available}. */
  available(): number {
    this.#assertOpen();
    return this.#reader.available();
  }

  /** See {@link RingReader.drain}. */
  drain(onRecord: OnRecord, limit?: number): number {
    this.#assertOpen();
    return this.#reader.drain(onRecord, limit);
  }

  /** Unmaps the ring; `data` and its other views become empty. */
  close(): void {
    this.#consumer.unmap();
    this.#producer.unmap();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #assertOpen(): void {
    if (this.#consumer.buffer.detached) throw new BpfError('SONDE_BPF_CLOSED', 'ring buffer');
  }
}
