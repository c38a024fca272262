import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildObject, skipReason, temporaryFolder } from '../testdata/build.ts';
import { type BpfObject, openObject } from './object.ts';
import { RingBuffer } from './ring-buffer.ts';

describe.skipIf(skipReason !== '')(`ring buffer ${skipReason}`, () => {
  const folder = temporaryFolder();
  let path: string;
  let object: BpfObject;
  let ring: RingBuffer;
  beforeAll(() => {
    path = buildObject('basic', folder.path);
  });
  beforeEach(() => {
    ring?.close();
    object?.close();
    object = openObject(path).load();
    ring = new RingBuffer(object.map('ring'));
  });
  afterAll(() => {
    ring?.close();
    object?.close();
    folder[Symbol.dispose]();
  });

  /** Has the kernel write one record; false if there was no room. */
  function write(sequence: number, size: number, discard = false): boolean {
    const context = new Uint8Array(Uint32Array.of(sequence, size, discard ? 1 : 0).buffer);
    return object.program('write_record').testRun({ context }) === 1;
  }

  test('many times around, every record once, whole and in order', () => {
    const { data, u32 } = ring;
    let expected = 0;
    const check = (offset: number, length: number) => {
      const size = 4 + (expected % 500);
      expect(length).toBe(size);
      expect(u32[offset >>> 2]).toBe(expected);
      for (let index = 4; index < size; index++) {
        if (data[offset + index] !== (expected & 0xff)) throw new Error(`record ${expected} differs at ${index}`);
      }
      expected++;
    };
    for (let sequence = 0; sequence < 1000; sequence++) {
      expect(write(sequence, 4 + (sequence % 500))).toBe(true);
      if (sequence % 7 === 0) ring.drain(check);
    }
    ring.drain(check);
    expect(expected).toBe(1000);
    expect(ring.available()).toBe(0);
  });

  test('discarded records are skipped', () => {
    write(1, 16);
    write(2, 16, true);
    write(3, 16);
    const found: number[] = [];
    expect(ring.drain((offset) => found.push(ring.u32[offset >>> 2]!))).toBe(2);
    expect(found).toEqual([1, 3]);
    expect(ring.available()).toBe(0);
  });

  test('full when its size is reached, and free again after a drain', () => {
    let written = 0;
    while (write(written, 56)) written++;
    expect(ring.size).toBe(4096);
    expect(written).toBe(ring.size / 64 - 1);
    expect(ring.available()).toBe(written * 64);
    expect(ring.drain(() => {}, 10)).toBe(10);
    expect(write(0, 56)).toBe(true);
    expect(ring.drain(() => {})).toBe(written - 9);
  });

  test('close empties the views, also under the feet of a drain', () => {
    write(1, 16);
    const { data } = ring;
    expect(data.length).toBe(2 * ring.size);
    expect(() => ring.drain(() => ring.close())).toThrow();
    expect(data.length).toBe(0);
    expect(() => ring.drain(() => {})).toThrow(expect.objectContaining({ code: 'SONDE_BPF_CLOSED' }));
    expect(() => ring.available()).toThrow(expect.objectContaining({ code: 'SONDE_BPF_CLOSED' }));
    ring.close();
  });

  test('outlives its object', () => {
    write(7, 16);
    object.close();
    expect(ring.drain((offset) => expect(ring.u32[offset >>> 2]).toBe(7))).toBe(1);
  });

  test('no other map will do', () => {
    expect(() => new RingBuffer(object.map('squares'))).toThrow(/squares is not a ring buffer/);
  });
});
