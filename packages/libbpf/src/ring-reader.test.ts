import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { RingReader } from './ring-reader.ts';

const SIZE = 256;
const BUSY = 0x80000000;
const DISCARD = 0x40000000;

/** What the kernel does, on plain memory: writes records and mirrors the data area. */
class Writer {
  readonly data = new Uint8Array(2 * SIZE);
  readonly consumer: BigUint64Array<ArrayBuffer>;
  readonly producer: BigUint64Array<ArrayBuffer>;

  constructor(start = 0n) {
    this.consumer = BigUint64Array.of(start);
    this.producer = BigUint64Array.of(start);
  }

  reader(): RingReader {
    return new RingReader(this.data, this.consumer, this.producer);
  }

  /** Returns the offset of the header, or undefined if there is no room. */
  write(payload: Uint8Array, flags = 0): number | undefined {
    const position = this.producer[0]!;
    const room = (8 + payload.length + 7) & ~7;
    if (BigInt.asUintN(64, position + BigInt(room) - this.consumer[0]!) > BigInt(SIZE)) return undefined;
    const offset = Number(position & BigInt(SIZE - 1));
    const header = new Uint32Array([payload.length | flags, 0]);
    this.#put(offset, new Uint8Array(header.buffer));
    this.#put(offset + 8, payload);
    this.producer[0] = BigInt.asUintN(64, position + BigInt(room));
    return offset;
  }

  submit(offset: number, length: number): void {
    this.#put(offset, new Uint8Array(Uint32Array.of(length).buffer));
  }

  #put(offset: number, bytes: Uint8Array): void {
    for (const [index, byte] of bytes.entries()) {
      this.data[(offset + index) % SIZE] = byte;
      this.data[((offset + index) % SIZE) + SIZE] = byte;
    }
  }
}

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);

/** Drains and copies what was handed over. */
function collect(reader: RingReader, limit?: number): Uint8Array[] {
  const records: Uint8Array[] = [];
  const count = reader.drain((offset, length) => records.push(reader.data.slice(offset, offset + length)), limit);
  expect(count).toBe(records.length);
  return records;
}

let writer: Writer;
let reader: RingReader;

beforeEach(() => {
  writer = new Writer();
  reader = writer.reader();
});

describe('drain', () => {
  test('an empty ring gives nothing', () => {
    expect(collect(reader)).toEqual([]);
    expect(reader.available()).toBe(0);
  });

  test('records in order, room given back', () => {
    writer.write(bytes(5, 1));
    writer.write(bytes(16, 2));
    expect(reader.available()).toBe(16 + 24);
    expect(collect(reader)).toEqual([bytes(5, 1), bytes(16, 2)]);
    expect(reader.available()).toBe(0);
    expect(writer.consumer[0]).toBe(40n);
  });

  test('a record across the end of the ring is whole', () => {
    writer.write(bytes(192, 1));
    collect(reader);
    writer.write(bytes(100, 2));
    expect(collect(reader)).toEqual([bytes(100, 2)]);
  });

  test('a header at the very end of the ring, its payload at the beginning', () => {
    writer.write(bytes(SIZE - 16, 1));
    collect(reader);
    expect(writer.write(bytes(8, 2))).toBe(SIZE - 8);
    expect(collect(reader)).toEqual([bytes(8, 2)]);
  });

  test('stops at a record still being written, and goes on from there', () => {
    writer.write(bytes(8, 1));
    const busy = writer.write(bytes(8, 2), BUSY)!;
    writer.write(bytes(8, 3));
    expect(collect(reader)).toEqual([bytes(8, 1)]);
    expect(collect(reader)).toEqual([]);
    writer.submit(busy, 8);
    expect(collect(reader)).toEqual([bytes(8, 2), bytes(8, 3)]);
  });

  test('skips discarded records and gives their room back', () => {
    writer.write(bytes(8, 1), DISCARD);
    writer.write(bytes(8, 2));
    writer.write(bytes(24, 3), DISCARD);
    expect(collect(reader)).toEqual([bytes(8, 2)]);
    expect(reader.available()).toBe(0);
  });

  test('a limit leaves the rest for the next call', () => {
    for (let index = 0; index < 5; index++) writer.write(bytes(8, index));
    expect(collect(reader, 2)).toEqual([bytes(8, 0), bytes(8, 1)]);
    expect(collect(reader, 0)).toEqual([]);
    expect(collect(reader)).toEqual([bytes(8, 2), bytes(8, 3), bytes(8, 4)]);
  });

  test('gives room back while it goes on', () => {
    for (let index = 0; index < 16; index++) writer.write(bytes(8, index));
    expect(writer.write(bytes(8, 99))).toBeUndefined();
    let found = 0;
    reader.drain(() => {
      if (++found === 3) expect(writer.write(bytes(8, 99))).toBeDefined();
    });
    expect(found).toBe(16);
    expect(collect(reader)).toEqual([bytes(8, 99)]);
  });

  test('a record whose handler throws counts as read, later ones stay', () => {
    writer.write(bytes(8, 1));
    writer.write(bytes(8, 2));
    expect(() =>
      reader.drain(() => {
        throw new Error('handler');
      }),
    ).toThrow('handler');
    expect(collect(reader)).toEqual([bytes(8, 2)]);
  });

  test('a length past the producer is an error and not a hang', () => {
    const offset = writer.write(bytes(8, 1))!;
    writer.submit(offset, 4096);
    expect(() => collect(reader)).toThrow(expect.objectContaining({ code: 'SONDE_BPF_RING_CORRUPT' }));
  });

  test.each([2n ** 53n - 8n, 2n ** 63n - 64n, 2n ** 64n - 64n])('positions around %d stay exact', (start) => {
    writer = new Writer(start);
    reader = writer.reader();
    for (let round = 0; round < 20; round++) {
      writer.write(bytes(17, round));
      expect(collect(reader)).toEqual([bytes(17, round)]);
    }
    expect(writer.consumer[0]).toBe(BigInt.asUintN(64, start + 20n * 32n));
  });

  test('whatever the order of writing and reading, everything comes once and in order', () => {
    const write = fc.record({ length: fc.integer({ min: 0, max: 120 }), discard: fc.boolean() });
    const steps = fc.array(fc.oneof(write, fc.integer({ min: 1, max: 5 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.bigInt({ min: 0n, max: 2n ** 61n - 1n }), (steps, start) => {
        writer = new Writer(start * 8n);
        reader = writer.reader();
        const expected: Uint8Array[] = [];
        const found: Uint8Array[] = [];
        for (const [index, step] of steps.entries()) {
          if (typeof step === 'number') {
            found.push(...collect(reader, step));
            continue;
          }
          const payload = bytes(step.length, index);
          const written = writer.write(payload, step.discard ? DISCARD : 0);
          if (written !== undefined && !step.discard) expected.push(payload);
        }
        found.push(...collect(reader));
        expect(found).toEqual(expected);
        expect(reader.available()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

test('a ring that is no power of two is refused', () => {
  expect(() => new RingReader(new Uint8Array(2 * 96), BigUint64Array.of(0n), BigUint64Array.of(0n))).toThrow(
    expect.objectContaining({ code: 'SONDE_BPF_ARGUMENT' }),
  );
});
