import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import { StoreUnusable } from '../first-connection.ts';
import { firstTables } from './0001-first-tables.ts';
import { traceLinks } from './0002-trace-links.ts';
import { alerts } from './0003-alerts.ts';
import { recentSpans } from './0004-recent-spans.ts';
import { logs } from './0005-logs.ts';
import { dashboards } from './0006-dashboards.ts';
import { linkerWork } from './0007-linker-work.ts';
import { networkFacts } from './0008-network.ts';
import { pods } from './0009-pods.ts';
import { finerBins } from './0010-finer-bins.ts';
import { rollUps } from './0011-roll-ups.ts';
import { statuses } from './0012-statuses.ts';
import type { Conditional, Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  traceLinks,
  alerts,
  recentSpans,
  logs,
  dashboards,
  linkerWork,
  networkFacts,
  pods,
  finerBins,
  rollUps,
  statuses,
];

/**
 * Brings the schema up to date and returns the ids applied now.
 * @throws StoreUnusable where the store was written by a newer Sonde than this one
 */
export async function migrate(client: ClickHouseClient, migrations = MIGRATIONS): Promise<number[]> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (id UInt32, name String, applied DateTime('UTC'))
      ENGINE = ReplacingMergeTree ORDER BY id SETTINGS fsync_after_insert = 1`,
  });
  const known = new Set((await rowsOf<{ id: number }>(client, 'SELECT id FROM migrations')).map((row) => row.id));
  const newest = Math.max(0, ...migrations.map((migration) => migration.id));
  for (const id of known) {
    if (id > newest)
      throw new StoreUnusable(`the store has migration ${id}, this Sonde knows up to ${newest}: use a newer Sonde`);
  }
  const applied: number[] = [];
  for (const { id, name, statements } of migrations) {
    if (known.has(id)) continue;
    for (const statement of statements) {
      const { query, unless, isOfRows }: Conditional = typeof statement === 'string' ? { query: statement } : statement;
      if (isOfRows && known.size === 0) continue;
      if (unless === undefined || (await rowsOf(client, unless)).length === 0) await client.command({ query });
    }
    await client.insert({
      table: 'migrations',
      values: [{ id, name, applied: Math.floor(Date.now() / 1000) }],
      format: 'JSONEachRow',
    });
    applied.push(id);
  }
  return applied;
}
