import { describe, expect, test } from 'vitest';
import { StoredBatches } from './batches.ts';
import { connect } from './client.ts';
import { migrate } from './migrations/migrate.ts';
import { intakeOf, openStore, requestRow, requestsIn, temporaryFolder } from './test-store.ts';

const time = Math.floor(Date.now() / 10_000) * 10;
const LIMITS = { ofSource: 4, ofAll: 8 };

describe('what is stored already', () => {
  test('is known also where it had to make room in memory, and after a restart', async () => {
    using folder = temporaryFolder();
    // Sequences that do not follow each other: a range each.
    const batches = ['a', 'b', 'c', 'd'].flatMap((source) =>
      Array.from({ length: 6 }, (_, i) => ({ source, sequence: 10 * i + 7 })),
    );
    const write = async (expected: 'stored' | 'repeated') => {
      await using store = await openStore(folder.path, { batchLimits: LIMITS });
      const answers = await Promise.all(
        batches.map((batch) => store.write(intakeOf([requestRow({ time, count: 1 })], batch))),
      );
      expect(new Set(answers)).toEqual(new Set([expected]));
      const again = await Promise.all(batches.map((batch) => store.write(intakeOf([requestRow({ time })], batch))));
      expect(new Set(again)).toEqual(new Set(['repeated']));
      expect(await requestsIn(store, time, time + 10)).toBe(batches.length);
    };
    await write('stored');
    await write('repeated');
  });

  test('takes no more memory than it may, whatever comes', async () => {
    using folder = temporaryFolder();
    const client = connect({ kind: 'embedded', path: folder.path });
    await migrate(client);
    const stored = await StoredBatches.load(client, LIMITS);
    for (let i = 0; i < 1000; i++) {
      stored.add({ source: `source-${i % 50}`, sequence: 2 * i });
      expect(stored.held).toBeLessThanOrEqual(LIMITS.ofAll);
    }
    for (let i = 0; i < 100; i++) stored.add({ source: 'one', sequence: 2 * i });
    expect(stored.held).toBeLessThanOrEqual(LIMITS.ofAll);
    expect(await stored.has({ source: 'one', sequence: 198 })).toBe(true);
    expect(await stored.has({ source: 'one', sequence: 199 })).toBe(false);
    await client.close();
  });

  test('by another server over the same tables is known too', async () => {
    using folder = temporaryFolder();
    const client = connect({ kind: 'embedded', path: folder.path });
    await migrate(client);
    const [one, other] = [
      await StoredBatches.load(client, undefined, true),
      await StoredBatches.load(client, undefined, true),
    ];
    const batch = { source: 'agent', sequence: 7 };
    expect(await other.has(batch)).toBe(false);
    await client.insert({ table: 'batches', values: [{ time, ...batch }], format: 'JSONEachRow' });
    one.add(batch);
    other.add({ ...batch, sequence: 8 });
    expect(await Promise.all([one, other].map((each) => each.has(batch)))).toEqual([true, true]);
    expect(await other.has({ ...batch, sequence: 9 })).toBe(false);
    await client.close();
  });

  test('is forgotten with its rows', async () => {
    using folder = temporaryFolder();
    const client = connect({ kind: 'embedded', path: folder.path });
    await migrate(client);
    const stored = await StoredBatches.load(client);
    stored.add({ source: 'old', sequence: 1 }, 1000);
    stored.add({ source: 'new', sequence: 1 }, 2000);
    stored.forget(1500);
    expect(stored.held).toBe(1);
    expect(await stored.has({ source: 'old', sequence: 1 })).toBe(false);
    expect(await stored.has({ source: 'new', sequence: 1 })).toBe(true);
    await client.close();
  });
});
