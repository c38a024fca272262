import type { Migration } from './migration.ts';

/** Dashboards that people made: the newest version of an id counts, a deleted one hides it. `body` is JSON. */
export const dashboards: Migration = {
  id: 6,
  name: 'dashboards',
  statements: [
    `CREATE TABLE IF NOT EXISTS dashboards (
      id String,
      version UInt64,
      deleted UInt8,
      body String CODEC(ZSTD(1))
    ) ENGINE = ReplacingMergeTree(version)
    ORDER BY id
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ],
};
