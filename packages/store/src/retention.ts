import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from './client.ts';
import type { Horizon } from './resolution.ts';
import {
  CALLS_OF_GRAIN,
  DAY,
  ENDPOINTS_OF_GRAIN,
  GRAINS,
  type Grain,
  REQUESTS_OF_GRAIN,
  SERVICES_OF_GRAIN,
  TABLES,
  type TableName,
} from './schema.ts';

/** How long rows of a table are kept, in seconds, and how many bytes they may take on disk. */
export interface Quota {
  readonly seconds: number;
  readonly bytes: number;
}

export type Retention = Readonly<Record<TableName, Quota>>;

const GIB = 2 ** 30;
const HOUR = 3600;

export const RETENTION: Retention = {
  requests_10s: { seconds: 24 * HOUR, bytes: 4 * GIB },
  requests_1m: { seconds: 14 * DAY, bytes: 4 * GIB },
  requests_1h: { seconds: 365 * DAY, bytes: 2 * GIB },
  services_10s: { seconds: 24 * HOUR, bytes: 4 * GIB },
  services_1m: { seconds: 14 * DAY, bytes: 4 * GIB },
  services_5m: { seconds: 14 * DAY, bytes: 4 * GIB },
  services_1h: { seconds: 365 * DAY, bytes: 2 * GIB },
  services_1d: { seconds: 365 * DAY, bytes: 2 * GIB },
  endpoints_1m: { seconds: 14 * DAY, bytes: 4 * GIB },
  endpoints_1h: { seconds: 365 * DAY, bytes: 2 * GIB },
  endpoints_1d: { seconds: 365 * DAY, bytes: 2 * GIB },
  calls_1h: { seconds: 365 * DAY, bytes: 2 * GIB },
  calls_1d: { seconds: 365 * DAY, bytes: 2 * GIB },
  network_10s: { seconds: 24 * HOUR, bytes: 1 * GIB },
  network_1m: { seconds: 14 * DAY, bytes: 1 * GIB },
  network_1h: { seconds: 365 * DAY, bytes: 1 * GIB },
  spans: { seconds: 72 * HOUR, bytes: 10 * GIB },
  spans_recent: { seconds: HOUR, bytes: 4 * GIB },
  trace_aliases: { seconds: 72 * HOUR, bytes: 1 * GIB },
  span_links: { seconds: 72 * HOUR, bytes: 1 * GIB },
  logs: { seconds: 72 * HOUR, bytes: 10 * GIB },
  metrics: { seconds: 14 * DAY, bytes: 1 * GIB },
  metrics_1h: { seconds: 365 * DAY, bytes: 1 * GIB },
  batches: { seconds: 7 * DAY, bytes: 1 * GIB },
  alert_events: { seconds: 365 * DAY, bytes: 1 * GIB },
  alert_deliveries: { seconds: 365 * DAY, bytes: 1 * GIB },
};

/** A partition by its start, in seconds since the epoch. */
interface Partition {
  readonly start: number;
  readonly bytes: number;
}

export interface Removal {
  readonly table: TableName;
  /** Rows before this time were removed, seconds since the epoch. */
  readonly before: number;
  readonly reason: 'age' | 'quota';
}

async function partitionsOf(client: ClickHouseClient, table: TableName): Promise<Partition[]> {
  const rows = await rowsOf<{ id: string; bytes: number }>(
    client,
    `SELECT partition_id AS id, sum(bytes_on_disk) AS bytes FROM system.parts
    WHERE active AND database = currentDatabase() AND table = {table:String} GROUP BY id`,
    { table },
  );
  const width = TABLES[table].partition;
  return rows.map(({ id, bytes }) => ({ start: Number(id) * width, bytes })).sort((a, b) => a.start - b.start);
}

/** The time before which rows must go so that about `bytes` of a partition remain; rows count as equally large. */
async function cutWithin(client: ClickHouseClient, table: TableName, { start, bytes }: Partition, keep: number) {
  const [row] = await rowsOf<{ cut: number }>(
    client,
    `SELECT toUnixTimestamp(quantileExact(${1 - keep / bytes})(toDateTime(time, 'UTC'))) + 1 AS cut
    FROM ${table} WHERE _partition_id = '${start / TABLES[table].partition}'`,
  );
  return row.cut;
}

async function retainTable(
  client: ClickHouseClient,
  table: TableName,
  quota: Quota,
  now: number,
): Promise<Removal | null> {
  const width = TABLES[table].partition;
  const partitions = await partitionsOf(client, table);
  let total = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
  let removal: Removal | null = null;
  while (partitions.length > 0) {
    const oldest = partitions[0];
    const expired = oldest.start + width <= now - quota.seconds;
    if (!expired && (total <= quota.bytes || partitions.length === 1)) break;
    await client.command({ query: `ALTER TABLE ${table} DROP PARTITION ID '${oldest.start / width}'` });
    total -= oldest.bytes;
    partitions.shift();
    removal = { table, before: oldest.start + width, reason: expired ? 'age' : 'quota' };
  }
  if (total <= quota.bytes || partitions.length === 0) return removal;
  const before = await cutWithin(client, table, partitions[0], quota.bytes);
  await client.command({
    query: `ALTER TABLE ${table} DELETE WHERE time < toDateTime(${before}, 'UTC')`,
    clickhouse_settings: { mutations_sync: '1' },
  });
  return { table, before, reason: 'quota' };
}

/** Removes what is too old or too much, oldest first: whole partitions, or a share of the last one. */
export async function retain(client: ClickHouseClient, retention: Retention, now: number): Promise<Removal[]> {
  const removals: Removal[] = [];
  for (const table of Object.keys(TABLES) as TableName[]) {
    const removal = await retainTable(client, table, retention[table], now);
    if (removal !== null) removals.push(removal);
  }
  return removals;
}

/** Tables that a question about requests may be answered from. */
const tablesOf = (grain: Grain) => [
  ...new Set([REQUESTS_OF_GRAIN, SERVICES_OF_GRAIN, ENDPOINTS_OF_GRAIN, CALLS_OF_GRAIN].map((tables) => tables[grain])),
];

/** From when on each resolution has all its rows: the first row, where a coarser resolution has rows before it. */
export async function horizonOf(client: ClickHouseClient): Promise<Horizon> {
  const first = new Map<number, number>();
  for (const grain of GRAINS) {
    const [row] = await rowsOf<{ first: number; rows: number }>(
      client,
      `SELECT max(first) AS first, max(rows) AS rows FROM (${tablesOf(grain)
        .map((table) => `SELECT toUnixTimestamp(min(time)) AS first, count() AS rows FROM ${table}`)
        .join(' UNION ALL ')})`,
    );
    first.set(grain, row.rows > 0 ? row.first : Number.POSITIVE_INFINITY);
  }
  const horizon: Horizon = {};
  for (const [i, grain] of GRAINS.entries()) {
    const coarser = Math.min(...GRAINS.slice(i + 1).map((other) => first.get(other)! + other));
    if (first.get(grain)! >= coarser && coarser < Number.POSITIVE_INFINITY) horizon[grain] = first.get(grain)!;
  }
  return horizon;
}
