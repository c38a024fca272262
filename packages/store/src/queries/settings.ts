import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';

/** Tables of what people set, as versions of JSON texts. */
export type SettingsTable = 'alert_rules' | 'alert_silences' | 'dashboards';

export interface StoredSetting {
  readonly id: string;
  readonly body: string;
  /** Deleted ones are listed too, so that what comes with Sonde does not come back. */
  readonly deleted: boolean;
}

/** The settings that count now. */
export async function settingsOf(client: ClickHouseClient, table: SettingsTable): Promise<StoredSetting[]> {
  const rows = await rowsOf<{ id: string; body: string; deleted: number }>(
    client,
    `SELECT id, argMax(body, version) AS body, argMax(deleted, version) AS deleted FROM ${table} GROUP BY id ORDER BY id`,
  );
  return rows.map(({ id, body, deleted }) => ({ id, body, deleted: deleted === 1 }));
}

/** Stores a setting, or with `null` deletes it. */
export async function putSetting(
  client: ClickHouseClient,
  table: SettingsTable,
  id: string,
  body: string | null,
  version: number,
): Promise<void> {
  const values = [{ id, version, deleted: body === null ? 1 : 0, body: body ?? '' }];
  await client.insert({ table, values, format: 'JSONEachRow' });
}
