import type { Migration } from './migration.ts';

const DURABLE = `fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
  non_replicated_deduplication_window = 1000`;

/** Facts of what ended are kept as long as roll-ups of its requests may be looked at. */
const KEEP = 'last_seen + INTERVAL 400 DAY';

export const pods: Migration = {
  id: 9,
  name: 'pods',
  statements: [
    `CREATE TABLE IF NOT EXISTS pods (
      uid String,
      namespace LowCardinality(String),
      name String,
      node LowCardinality(String),
      ip String,
      status LowCardinality(String),
      ready UInt16,
      containers UInt16,
      restarts UInt32,
      started DateTime('UTC'),
      deleted DateTime('UTC'),
      owner_kind LowCardinality(String),
      owner String,
      container_ids Array(String),
      last_seen DateTime('UTC')
    ) ENGINE = ReplacingMergeTree(last_seen)
    ORDER BY uid
    TTL ${KEEP}
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS instance_starts (
      service LowCardinality(String),
      instance String,
      container String,
      started DateTime64(3, 'UTC'),
      host LowCardinality(String),
      command String CODEC(ZSTD(1)),
      last_seen SimpleAggregateFunction(max, DateTime('UTC'))
    ) ENGINE = AggregatingMergeTree
    ORDER BY (service, instance, container, started, host, command)
    TTL ${KEEP}
    SETTINGS ${DURABLE}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS instance_starts_from_resources TO instance_starts AS
    SELECT service, instance, attributes['container.name'] AS container,
      parseDateTime64BestEffortOrZero(attributes['process.creation.time'], 3, 'UTC') AS started,
      attributes['host.name'] AS host, attributes['process.command_line'] AS command, last_seen
    FROM resources WHERE attributes['process.creation.time'] != ''`,
  ],
};
