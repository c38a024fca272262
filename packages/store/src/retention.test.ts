import { timeRange } from '@sonde/model';
import { describe, expect, test } from 'vitest';
import { connect, rowsOf } from './client.ts';
import { RETENTION, type Retention } from './retention.ts';
import type { MetricRow, SpanRow } from './rows.ts';
import { TABLES, type TableName } from './schema.ts';
import { intakeOf, openStore, requestRow, requestsIn, temporaryFolder } from './test-store.ts';

const HOUR = 3600;
const start = Math.floor(Date.now() / 1000 / HOUR) * HOUR - 6 * HOUR;

const only = (table: TableName, quota: Partial<Retention[TableName]>): Retention => ({
  ...RETENTION,
  [table]: { ...RETENTION[table], ...quota },
});

/** Six hours of incompressible rows, one write an hour. */
async function fill(path: string, retention: Retention) {
  const store = await openStore(path, { retention });
  for (let hour = 0; hour < 6; hour++) {
    const rows = Array.from({ length: 2000 }, (_, i) =>
      requestRow({ time: start + hour * HOUR + 10 * (i % 300), statement: `${hour} ${i} ${Math.random()}`, count: 1 }),
    );
    await store.write(intakeOf(rows));
  }
  return store;
}

async function bytesOf(path: string, table: TableName): Promise<number> {
  const client = connect({ kind: 'embedded', path: `${path}/clickhouse` });
  const [row] = await rowsOf<{ bytes: number }>(
    client,
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = '${table}'`,
  );
  await client.close();
  return row.bytes;
}

const hourly = (store: Parameters<typeof requestsIn>[0]) =>
  Promise.all(
    Array.from({ length: 6 }, async (_, hour) => {
      const from = start + hour * HOUR;
      const plan = store.plan(timeRange(from * 1000, (from + HOUR) * 1000));
      const segments = [{ grain: 10, from, to: from + HOUR }] as const;
      const [instance] = await store.serviceInstances({ ...plan, total: segments }, { name: 'shop', side: 'server' });
      return instance?.requests ?? 0;
    }),
  );

describe('retention', () => {
  test('rows past their age go, whole partitions at a time, and coarser rows answer for them', async () => {
    using folder = temporaryFolder();
    await using store = await fill(folder.path, only('requests_10s', { seconds: 2 * HOUR }));
    expect(await store.retain(start + 5 * HOUR)).toEqual([
      { table: 'requests_10s', before: start + 3 * HOUR, reason: 'age' },
    ]);
    expect(await hourly(store)).toEqual([0, 0, 0, 2000, 2000, 2000]);
    expect(store.plan(timeRange(start * 1000, (start + 600) * 1000)).step).toBe(60);
    expect(await requestsIn(store, start, start + HOUR)).toBe(2000);
    expect(await store.retain(start + 5 * HOUR)).toEqual([]);
  });

  test('a table over its bytes loses its oldest partitions', async () => {
    using folder = temporaryFolder();
    const store = await fill(folder.path, only('requests_10s', { bytes: 1 }));
    const total = await bytesOf(folder.path, 'requests_10s');
    await store.close();
    const quota = Math.ceil(total * 0.55);
    await using again = await openStore(folder.path, { retention: only('requests_10s', { bytes: quota }) });
    const [removal] = await again.retain();
    expect(removal).toMatchObject({ table: 'requests_10s', reason: 'quota' });
    expect(await bytesOf(folder.path, 'requests_10s')).toBeLessThanOrEqual(quota);
    expect(await hourly(again)).toEqual([0, 0, 0, 2000, 2000, 2000]);
  });

  test('a single partition over its bytes loses its oldest rows', async () => {
    using folder = temporaryFolder();
    const bytes = 20_000;
    await using store = await fill(folder.path, only('requests_10s', { bytes }));
    await store.retain();
    await store.retain();
    const [, , , , , last] = await hourly(store);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(2000);
    expect(await bytesOf(folder.path, 'requests_10s')).toBeLessThan(bytes * 1.5);
    expect(await requestsIn(store, start + 5 * HOUR + 2990, start + 5 * HOUR + 3000)).toBeGreaterThan(0);
  });

  test('every table obeys', async () => {
    using folder = temporaryFolder();
    const old: MetricRow = {
      time: start,
      start,
      service: 's',
      instance: 'i',
      host: 'h',
      metric: 'm',
      unit: '1',
      kind: 'delta',
      attributes: {},
      value: 1,
    };
    const span: SpanRow = {
      start: (BigInt(start) * 10n ** 9n) as never,
      duration: 1 as never,
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      parentSpanId: '',
      service: 's',
      instance: 'i',
      host: 'h',
      kind: 'server',
      name: 'n',
      status: 'unset',
      statusMessage: '',
      attributes: { a: 'b' },
      links: '',
      events: '',
    };
    const log = {
      time: span.start,
      traceId: '',
      spanId: '',
      service: 's',
      instance: 'i',
      host: 'h',
      scope: '',
      severity: 9,
      severityText: 'INFO',
      event: '',
      body: 'b',
      attributes: {},
    };
    const network = {
      ...requestRow({ time: start }),
      ...{ opened: 1, closed: 0, reset: 0, lost: 0, refused: 0, unanswered: 0, segments: 2, retransmits: 1 },
      ...{ rttSum: 1, rtts: { indexes: [-319], counts: [1] } },
    };
    const retention = Object.fromEntries(
      Object.keys(TABLES).map((table) => [table, { seconds: 1, bytes: 2 ** 30 }]),
    ) as unknown as Retention;
    await using store = await openStore(folder.path, { retention });
    await store.write({
      ...intakeOf([requestRow({ time: start })], { source: 'a', sequence: 1 }),
      network: [network],
      metrics: [old],
      aliases: [{ time: start, name: '4'.repeat(32), traceId: '1'.repeat(32) }],
      links: [
        {
          time: start,
          traceId: '1'.repeat(32),
          spanId: '2'.repeat(16),
          parentSpanId: '3'.repeat(16),
          method: 'thread',
          confidence: 1,
        },
      ],
      spans: [span],
      logs: [log],
    });
    await store.write({ ...intakeOf([]), spans: [span], spansTo: 'spans_recent' });
    const alert = { time: start * 1000, alert: 'a', state: 'firing' } as const;
    const rule = { rule: 'r', service: 's', part: '', severity: 'info', threshold: 1, body: '{}' };
    await store.addAlertEvents([
      { ...alert, ...rule, started: alert.time, value: null, silenced: false, channels: [] },
    ]);
    await store.addAlertDelivery({ ...alert, channel: 'c', outcome: 'delivered', detail: '' });
    const removals = await store.retain(start + 10 * 365 * 86_400);
    expect(removals.map((removal) => removal.table)).toEqual(Object.keys(TABLES));
  });
});
