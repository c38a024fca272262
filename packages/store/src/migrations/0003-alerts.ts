import type { Migration } from './migration.ts';

const DURABLE = `fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`;

/** What people set: the newest version of an id counts, a deleted one hides it. `body` is JSON. */
const settings = (name: string) => `
  CREATE TABLE IF NOT EXISTS ${name} (
    id String,
    version UInt64,
    deleted UInt8,
    body String CODEC(ZSTD(1))
  ) ENGINE = ReplacingMergeTree(version)
  ORDER BY id
  SETTINGS ${DURABLE}`;

export const alerts: Migration = {
  id: 3,
  name: 'alerts',
  statements: [
    settings('alert_rules'),
    settings('alert_silences'),
    `CREATE TABLE IF NOT EXISTS alert_events (
      time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      alert String,
      rule LowCardinality(String),
      service LowCardinality(String),
      part LowCardinality(String),
      state Enum8('pending' = 1, 'cleared' = 2, 'firing' = 3, 'resolved' = 4),
      started DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      severity LowCardinality(String),
      value Nullable(Float64),
      threshold Float64,
      silenced UInt8,
      channels Array(String),
      body String CODEC(ZSTD(1))
    ) ENGINE = MergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 2592000)
    ORDER BY (time, alert)
    SETTINGS ${DURABLE}, non_replicated_deduplication_window = 1000`,
    `CREATE TABLE IF NOT EXISTS alert_deliveries (
      time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
      alert String,
      state Enum8('pending' = 1, 'cleared' = 2, 'firing' = 3, 'resolved' = 4),
      channel LowCardinality(String),
      outcome Enum8('delivered' = 1, 'given up' = 2),
      detail String
    ) ENGINE = ReplacingMergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 2592000)
    ORDER BY (alert, state, channel)
    SETTINGS ${DURABLE}`,
  ],
};
