import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { timeRange } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { connect } from './client.ts';
import { MIGRATIONS, migrate } from './migrations/migrate.ts';
import { intakeOf, openStore, requestRow, requestsIn, temporaryFolder } from './test-store.ts';

const time = Math.floor(Date.now() / 10_000) * 10;

describe('migrations', () => {
  test('are applied once and recorded; a store of a newer version is refused', async () => {
    using folder = temporaryFolder();
    const client = connect({ kind: 'embedded', path: folder.path });
    const ids = MIGRATIONS.map(({ id }) => id);
    expect(await migrate(client)).toEqual(ids);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(await migrate(client)).toEqual([]);
    const newest = ids.at(-1)!;
    const next = {
      id: newest + 1,
      name: 'next',
      statements: ['CREATE TABLE IF NOT EXISTS next (a UInt8) ENGINE = Memory'],
    };
    expect(await migrate(client, [next])).toEqual([newest + 1]);
    await expect(migrate(client)).rejects.toThrow(
      `the store has migration ${newest + 1}, this Sonde knows up to ${newest}`,
    );
    await client.close();
  });
});

describe('writing', () => {
  test('a batch is stored once: repeated at once, later, and after a restart', async () => {
    using folder = temporaryFolder();
    const intake = intakeOf([requestRow({ time })], { source: 'agent/a', sequence: 7 });
    {
      await using store = await openStore(folder.path);
      const outcomes = await Promise.all([store.write(intake), store.write(intake), store.write(intake)]);
      expect(outcomes.sort()).toEqual(['repeated', 'repeated', 'stored']);
      expect(await store.write(intake)).toBe('repeated');
      expect(await store.write({ ...intake, batch: { source: 'agent/a', sequence: 8 } })).toBe('stored');
      expect(await store.write({ ...intake, batch: { source: 'agent/b', sequence: 7 } })).toBe('stored');
    }
    await using store = await openStore(folder.path);
    expect(await store.write(intake)).toBe('repeated');
    expect(await requestsIn(store, time, time + 10)).toBe(9);
    expect(readdirSync(join(folder.path, 'journal'))).toEqual(['rejected']);
  });

  test('rows of one series written apart are one series when read, at every resolution', async () => {
    using folder = temporaryFolder();
    await using store = await openStore(folder.path);
    const hour = Math.floor(time / 3600) * 3600;
    for (let i = 0; i < 7; i++) await store.write(intakeOf([requestRow({ time: hour + 10 * (i % 4) })]));
    const plan = store.plan(timeRange(hour * 1000, (hour + 3600) * 1000));
    for (const grain of [10, 60, 3600] as const) {
      const totals = await store.serviceTotals({ ...plan, total: [{ grain, from: hour, to: hour + 3600 }] });
      expect(totals).toEqual([
        {
          name: 'shop',
          side: 'server',
          protocol: 'http',
          requests: 21,
          errors: 0,
          durationSum: 21e6,
          bins: { indexes: [-319], counts: [21] },
          queueWaitSum: 0,
          requestBytes: 210,
          responseBytes: 2100,
        },
      ]);
    }
  });

  test('text of every kind comes back as it was', async () => {
    using folder = temporaryFolder();
    await using store = await openStore(folder.path);
    const statements = [
      `SELECT 'a\\'b' FROM "t"; -- {x:String}`,
      'línea\n二\t\u0000\u2028',
      `'); DROP TABLE spans; --`,
      '\\N',
    ];
    await store.write(intakeOf(statements.map((statement) => requestRow({ time, statement, service: statements[2] }))));
    const plan = store.plan(timeRange(time * 1000, (time + 10) * 1000));
    const endpoints = await store.serviceEndpoints(plan, { name: statements[2], side: 'server' });
    expect(endpoints.map((endpoint) => endpoint.statement).sort()).toEqual(statements.sort());
  });

  test('more rows than may wait are turned away, and nothing taken is lost', async () => {
    using folder = temporaryFolder();
    await using store = await openStore(folder.path, { limits: { maxWaitingRows: 10, maxGroupRows: 4 } });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.write(intakeOf([requestRow({ time })]))),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => result.reason.name)).toEqual(Array(refused.length).fill('StoreBusy'));
    expect(refused.length).toBe(15);
    expect(await requestsIn(store, time, time + 10)).toBe(5 * 3);
  });

  test('closing stores what was taken and turns the rest away', async () => {
    using folder = temporaryFolder();
    const first = await openStore(folder.path);
    const written = first.write(intakeOf([requestRow({ time })]));
    const closed = first.close();
    await expect(first.write(intakeOf([requestRow({ time })]))).rejects.toThrow('the store is closing');
    expect(await written).toBe('stored');
    await closed;
    await using store = await openStore(folder.path);
    expect(await requestsIn(store, time, time + 10)).toBe(3);
  });
});
