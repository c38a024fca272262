import type { Migration } from './migration.ts';

const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1`;

/** What the linker finds after spans are stored. A row is true for ever, so that rows need no order and no versions. */
export const traceLinks: Migration = {
  id: 2,
  name: 'trace-links',
  statements: [
    `CREATE TABLE IF NOT EXISTS trace_aliases (
      time DateTime('UTC') CODEC(Delta, ZSTD(1)),
      name UUID,
      trace_id UUID,
      INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 3600)
    ORDER BY (name, trace_id)
    SETTINGS ${DURABLE}, index_granularity = 1024`,
    `CREATE TABLE IF NOT EXISTS span_links (
      time DateTime('UTC') CODEC(Delta, ZSTD(1)),
      trace_id UUID,
      span_id UInt64,
      parent_span_id UInt64,
      method LowCardinality(String),
      confidence Float32
    ) ENGINE = ReplacingMergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 3600)
    ORDER BY (trace_id, span_id, parent_span_id)
    SETTINGS ${DURABLE}, index_granularity = 1024`,
  ],
};
