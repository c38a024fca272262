import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Group, Journal } from './journal.ts';
import type { InputTable } from './schema.ts';
import { temporaryFolder } from './test-store.ts';

const bodies = (text: string): ReadonlyMap<InputTable, string> =>
  new Map([
    ['spans', text],
    ['batches', `${text}é\n2`],
  ]);

async function pending(path: string): Promise<Group[]> {
  const groups: Group[] = [];
  for await (const { group } of (await Journal.open(path)).pending()) groups.push(group);
  return groups;
}

test('groups come back in order with their names and bytes, until removed', async () => {
  using folder = temporaryFolder();
  const journal = await Journal.open(folder.path);
  const entries = [];
  for (const text of ['a', 'b', 'c']) entries.push(await journal.append(bodies(text)));
  expect(await pending(folder.path)).toEqual(entries.map((entry) => entry.group));
  await journal.remove(entries[1].name);
  expect((await pending(folder.path)).map((group) => group.bodies)).toEqual([bodies('a'), bodies('c')]);
});

test('a torn or damaged file is set aside and an unfinished one removed: neither was acknowledged', async () => {
  using folder = temporaryFolder();
  const journal = await Journal.open(folder.path);
  const [torn, damaged, whole] = [
    await journal.append(bodies('torn')),
    await journal.append(bodies('damaged')),
    await journal.append(bodies('whole')),
  ];
  const size = readFileSync(join(folder.path, torn.name)).length;
  truncateSync(join(folder.path, torn.name), size - 1);
  const content = readFileSync(join(folder.path, damaged.name), 'utf8');
  writeFileSync(join(folder.path, damaged.name), content.replace('damagedé', 'Damagedé'));
  writeFileSync(join(folder.path, 'half.group.tmp'), 'x');
  writeFileSync(join(folder.path, '0.group'), '');
  expect(await pending(folder.path)).toEqual([whole.group]);
  expect(readdirSync(folder.path).sort()).toEqual([whole.name, 'rejected']);
  expect(readdirSync(join(folder.path, 'rejected')).sort()).toEqual(['0.group', torn.name, damaged.name]);
});
