import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExportedSpans } from './exported-spans.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sonde-exported-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const id = (digits: number, number: number) => number.toString(16).padStart(digits, '0');
const span = (number: number, trace = 1) => ({
  spanId: id(16, number),
  stored: id(32, trace),
  traceId: id(32, 0xabc),
});
const has = (exported: ExportedSpans, number: number) => exported.has(id(32, 0xabc), id(16, number));

test('remembers what was sent and under which trace id, over a restart and a cut line', async () => {
  const first = await ExportedSpans.open(directory);
  await first.add([span(1), span(2, 7)]);
  await first.close();
  appendFileSync(join(directory, 'exported.log'), `${id(32, 1)} ${id(32, 0xabc)} 00`);
  const second = await ExportedSpans.open(directory);
  await second.add([span(3)]);
  await second.close();
  const third = await ExportedSpans.open(directory);
  expect([1, 2, 3, 4].map((number) => has(third, number))).toEqual([true, true, true, false]);
  expect([1, 7, 8].map((stored) => third.traceIdOf(id(32, stored)))).toEqual([id(32, 0xabc), id(32, 0xabc), undefined]);
  expect(third.has(id(32, 1), id(16, 1))).toBe(false);
  await third.close();
});

test('of two generations the older leaves memory and disk', async () => {
  const exported = await ExportedSpans.open(directory, 100);
  for (let at = 0; at < 350; at += 10) await exported.add(Array.from({ length: 10 }, (_, i) => span(at + i)));
  expect([0, 199, 200, 349].map((number) => has(exported, number))).toEqual([false, false, true, true]);
  await exported.close();
  const lines = (name: string) => readFileSync(join(directory, name), 'utf8').trim().split('\n').length;
  expect([lines('exported.log'), lines('exported.1.log')]).toEqual([50, 100]);
});
