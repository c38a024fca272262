import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

test('makes what is missing above it, for nobody else to read, and is content with what is there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sonde-folder-'));
  const path = join(root, 'a/b/c');
  await makeFolder(path);
  await makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  rmSync(root, { recursive: true });
});

test('ends with an error where no folder can be made', { timeout: 2000 }, async () => {
  await expect(makeFolder('/proc/no/such/folder')).rejects.toThrow(/ENOENT|EACCES/);
});
