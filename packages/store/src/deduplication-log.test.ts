import { cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forgetUncommitted } from './deduplication-log.ts';
import { Journal } from './journal.ts';
import { linesOf } from './rows.ts';
import { intakeOf, openStore, requestRow, requestsIn, temporaryFolder } from './test-store.ts';

const time = Math.floor(Date.now() / 10_000) * 10;
const ranges = [10, 60, 3600].map((width) => [
  Math.floor(time / width) * width,
  (Math.floor(time / width) + 1) * width,
]);

/** A group in the journal as a killed process leaves it, stored once: its notes are in the deduplication logs. */
async function storedButStillJournaled(path: string): Promise<void> {
  const journal = await Journal.open(join(path, 'journal'));
  await journal.append(linesOf([intakeOf([requestRow({ time })])], time));
  cpSync(join(path, 'journal'), join(path, 'copy'), { recursive: true });
  await (await openStore(path)).close();
  cpSync(join(path, 'copy'), join(path, 'journal'), { recursive: true });
}

test('a group stored in full before the kill is not stored again', async () => {
  using folder = temporaryFolder();
  await storedButStillJournaled(folder.path);
  expect(await forgetUncommitted(join(folder.path, 'clickhouse'))).toBe(0);
  await using store = await openStore(folder.path);
  for (const [from, to] of ranges) expect(await requestsIn(store, from, to)).toBe(3);
});

test('an insert noted but not committed is made up for, in every table alone', async () => {
  for (const partition of [3600, 86_400, 2_592_000].map((width) => Math.floor(time / width))) {
    using folder = temporaryFolder();
    await storedButStillJournaled(folder.path);
    const [part] = globSync(`clickhouse/store/*/*/${partition}_1_1_?`, { cwd: folder.path });
    rmSync(join(folder.path, part), { recursive: true });
    {
      await using store = await openStore(folder.path);
      for (const [from, to] of ranges) expect(await requestsIn(store, from, to)).toBe(3);
    }
    const [log] = globSync(`${part}/../deduplication_logs/*.txt`, { cwd: folder.path });
    expect(readFileSync(join(folder.path, log), 'utf8')).toContain(`${partition}_`);
  }
});
