import type { Migration } from './migration.ts';

const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1`;

/** What applications wrote, by service and time, and by the trace it was written in. Without one, `trace_id` is zero. */
export const logs: Migration = {
  id: 5,
  name: 'logs',
  statements: [
    `CREATE TABLE IF NOT EXISTS logs (
      time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
      trace_id UUID,
      span_id UInt64,
      service LowCardinality(String),
      instance LowCardinality(String),
      host LowCardinality(String),
      scope LowCardinality(String),
      severity UInt8,
      severity_text LowCardinality(String),
      event LowCardinality(String),
      body String CODEC(ZSTD(1)),
      attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = MergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 3600)
    ORDER BY (service, time)
    SETTINGS ${DURABLE}`,
  ],
};
