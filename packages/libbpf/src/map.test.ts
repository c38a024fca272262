import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildObject, skipReason, temporaryFolder } from '../testdata/build.ts';
import { UPDATE } from './map.ts';
import { type BpfObject, openObject } from './object.ts';

const key = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const value = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);
const toKey = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
const toValue = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);

describe.skipIf(skipReason !== '')(`map ${skipReason}`, () => {
  const folder = temporaryFolder();
  let path: string;
  let object: BpfObject;
  beforeAll(() => {
    path = buildObject('basic', folder.path);
  });
  beforeEach(() => {
    object?.close();
    object = openObject(path).load();
  });
  afterAll(() => {
    object?.close();
    folder[Symbol.dispose]();
  });

  test('update, lookup, take and delete', () => {
    const map = object.map('squares');
    const found = new Uint8Array(8);
    expect(map.lookup(key(3), found)).toBe(false);
    expect(map.update(key(3), value(9n))).toBe(true);
    expect(map.lookup(key(3), found)).toBe(true);
    expect(toValue(found)).toBe(9n);
    expect(map.delete(key(3))).toBe(true);
    expect(map.delete(key(3))).toBe(false);
    map.update(key(4), value(16n));
    expect(map.take(key(4), found)).toBe(true);
    expect(toValue(found)).toBe(16n);
    expect(map.take(key(4), found)).toBe(false);
  });

  test('conditional updates answer whether the condition held', () => {
    const map = object.map('squares');
    expect(map.update(key(1), value(1n), UPDATE.exist)).toBe(false);
    expect(map.update(key(1), value(1n), UPDATE.noExist)).toBe(true);
    expect(map.update(key(1), value(2n), UPDATE.noExist)).toBe(false);
    expect(map.update(key(1), value(2n), UPDATE.exist)).toBe(true);
  });

  test('a full map is an error', () => {
    const map = object.map('squares');
    for (let index = 0; index < 64; index++) map.update(key(index), value(0n));
    expect(() => map.update(key(64), value(0n))).toThrow(/squares \(E2BIG\)/);
  });

  test('lengths that do not fit are refused before the kernel could overrun them', () => {
    const map = object.map('squares');
    expect(() => map.lookup(key(1), new Uint8Array(4))).toThrow(/a value of map squares has 8 bytes, not 4/);
    expect(() => map.update(new Uint8Array(2), value(1n))).toThrow(/a key of map squares has 4 bytes, not 2/);
    expect(() => object.map('per_cpu').lookup(key(0), new Uint8Array(4))).toThrow(/a value of map per_cpu/);
  });

  test('keys may be deleted while walking over them', () => {
    const map = object.map('squares');
    for (let index = 0; index < 64; index++) map.update(key(index), value(0n));
    const found = [...map.keys()].map(toKey).sort((a, b) => a - b);
    expect(found).toEqual(Array.from({ length: 64 }, (_, index) => index));
    for (const bytes of map.keys()) map.delete(bytes);
    expect([...map.keys()]).toEqual([]);
  });

  test.each([0, 1, 64])('all %i entries of a hash map', (count) => {
    const map = object.map('squares');
    for (let index = 0; index < count; index++) map.update(key(index), value(BigInt(index) ** 2n));
    const found = new Map<number, bigint>();
    map.forEach((key, value) => {
      found.set(toKey(key), toValue(value));
    });
    expect(found.size).toBe(count);
    for (const [key, value] of found) expect(value).toBe(BigInt(key) ** 2n);
  });

  test('more entries than one batch holds', () => {
    using large = openObject(path);
    large.map('squares').setMaxEntries(10_000);
    large.load();
    const map = large.map('squares');
    for (let index = 0; index < 5000; index++) map.update(key(index), value(1n));
    const found = new Set<number>();
    map.forEach((key) => {
      found.add(toKey(key));
    });
    expect(found.size).toBe(5000);
  });

  test('all entries of an array', () => {
    const map = object.map('shared');
    map.update(key(2), value(5n));
    const found: bigint[] = [];
    map.forEach((_, value) => {
      found.push(toValue(value));
    });
    expect(found).toEqual([0n, 0n, 5n, 0n]);
  });

  test('a per-CPU value holds one value for each CPU', () => {
    const map = object.map('per_cpu');
    object.program('multiply').testRun({ context: key(1) });
    object.program('multiply').testRun({ context: key(1) });
    const values = new Uint8Array(map.valueBytes);
    expect(map.lookup(key(0), values)).toBe(true);
    expect(new BigUint64Array(values.buffer).reduce((sum, one) => sum + one)).toBe(2n);
  });

  test('a shared array is live in both directions', () => {
    const map = object.map('shared');
    const values = new BigUint64Array(map.mmap().buffer, 0, 4);
    object.program('multiply').testRun({ context: key(5) });
    expect(values[0]).toBe(5n);
    values[0] = 10n;
    object.program('multiply').testRun({ context: key(5) });
    expect(values[0]).toBe(15n);
    expect(map.mmap()).toHaveLength(32);
  });

  test('only what is declared so can be shared', () => {
    expect(() => object.map('squares').mmap()).toThrow(expect.objectContaining({ code: 'SONDE_BPF_MMAP' }));
    expect(() => object.map('.rodata').mmap()).toThrow(expect.objectContaining({ code: 'SONDE_BPF_MMAP' }));
  });
});
