import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockSpool } from './spool-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('one at a time, and again when it was given back', () => {
  const unlock = lockSpool(folder);
  expect(() => lockSpool(folder)).toThrow(expect.objectContaining({ code: 'SONDE_AGENT_SPOOL_IN_USE' }));
  unlock();
  expect(readdirSync(folder)).toEqual([]);
  lockSpool(folder)();
});

test.each(['999999999 5\n', `${process.pid} 1\n`, 'nonsense', ''])('what is left of %j is no lock', (text) => {
  writeFileSync(join(folder, 'agent.lock'), text);
  lockSpool(folder)();
  expect(readdirSync(folder)).toEqual([]);
});
