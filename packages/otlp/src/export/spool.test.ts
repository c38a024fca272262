import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Batch } from './batch.ts';
import { Spool } from './spool.ts';

let directory: string;
let drops: [string, number][];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sonde-spool-'));
  drops = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (maxBytes = 1 << 20): Promise<Spool> =>
  Spool.open({ directory, maxBytes, onDrop: (cause, items) => drops.push([cause, items]) });

const batch = (sequence: number, bytes = 10): Batch => ({
  source: 'a1',
  sequence,
  signal: sequence % 2 ? 'metrics' : 'traces',
  items: sequence,
  body: new Uint8Array(bytes).fill(sequence),
});

async function drain(spool: Spool): Promise<number[]> {
  const sequences: number[] = [];
  for (let next = await spool.oldest(); next !== null; next = await spool.oldest()) {
    expect(next).toEqual({ ...batch(next.sequence), body: Buffer.from(batch(next.sequence, next.body.length).body) });
    sequences.push(next.sequence);
    await spool.remove(next.sequence);
  }
  return sequences;
}

test('gives back what it got, oldest first, and leaves nothing', async () => {
  const spool = await open();
  for (const sequence of [3, 4, 10, 200]) await spool.push(batch(sequence));
  expect(spool).toMatchObject({ length: 4, lastSequence: 200 });
  expect(spool.bytes).toBe(readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0));
  expect(await drain(spool)).toEqual([3, 4, 10, 200]);
  expect(spool).toMatchObject({ length: 0, bytes: 0 });
  expect(readdirSync(directory)).toEqual([]);
});

test('survives a restart, and throws away a file that was not finished', async () => {
  const first = await open();
  await first.push(batch(1));
  await first.push(batch(2));
  writeFileSync(join(directory, '0000000000000003-metrics-9.batch.part'), 'half');
  writeFileSync(join(directory, 'notes.txt'), 'not ours');
  expect(await drain(await open())).toEqual([1, 2]);
  expect(readdirSync(directory)).toEqual(['notes.txt']);
  expect(drops).toEqual([]);
});

test('past the limit the oldest goes and is counted, but not the one being sent', async () => {
  const spool = await open(4000);
  await spool.push(batch(1, 1000));
  await spool.push(batch(2, 1000));
  expect((await spool.oldest())?.sequence).toBe(1);
  await spool.push(batch(3, 1000));
  await spool.push(batch(4, 1000));
  expect(drops).toEqual([['spool_full', 2]]);
  expect(spool.bytes).toBeLessThanOrEqual(4000);
  await spool.push(batch(5, 5000));
  expect(drops.at(-1)).toEqual(['spool_full', 5]);
  expect(await drain(spool)).toEqual([1, 3, 4]);
});

test('a limit that was lowered holds from the start', async () => {
  const first = await open();
  for (const sequence of [1, 2, 3]) await first.push(batch(sequence, 1000));
  expect(await drain(await open(2500))).toEqual([2, 3]);
  expect(drops).toEqual([['spool_full', 1]]);
});

test('damaged files are passed over and counted', async () => {
  const first = await open();
  for (let sequence = 1; sequence <= 6; sequence++) await first.push(batch(sequence, 100));
  const paths = readdirSync(directory)
    .sort()
    .map((name) => join(directory, name));
  truncateSync(paths[0], 90);
  truncateSync(paths[1], 0);
  const flipped = readFileSync(paths[2]);
  flipped[flipped.length - 1] ^= 1;
  writeFileSync(paths[2], flipped);
  writeFileSync(paths[3], '{"source":7,"crc32":0}\n');
  rmSync(paths[4]);
  expect(await drain(await open())).toEqual([6]);
  expect(drops).toEqual([1, 2, 3, 4].map((items) => ['spool_corrupt', items]));
  expect(readdirSync(directory)).toEqual([]);
});

test('a file that vanishes while the spool is open is counted', async () => {
  const spool = await open();
  await spool.push(batch(7));
  rmSync(join(directory, readdirSync(directory)[0]));
  expect(await spool.oldest()).toBeNull();
  expect(drops).toEqual([['spool_corrupt', 7]]);
});

test('a push that cannot be written rejects and leaves the spool as it was', async () => {
  const spool = await open();
  rmSync(directory, { recursive: true });
  await expect(spool.push(batch(1))).rejects.toThrow(/ENOENT/);
  expect(spool).toMatchObject({ length: 0, bytes: 0 });
  writeFileSync(directory, '');
});
