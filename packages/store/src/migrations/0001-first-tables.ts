import type { Migration } from './migration.ts';

const SERIES = [
  'protocol',
  'operation',
  'target',
  'statement',
  'status',
  'error',
  'peer',
  'peer_address',
  'instance',
  'host',
  'container',
].join(', ');

const KEY = `service, side, ${SERIES}`;

/** `bins` counts durations per bin of the exponential histogram in the model (scale 5, seconds). */
const REQUEST_COLUMNS = `
  time DateTime('UTC') CODEC(Delta, ZSTD(1)),
  service LowCardinality(String),
  side Enum8('server' = 1, 'client' = 2),
  protocol LowCardinality(String),
  operation LowCardinality(String),
  target LowCardinality(String),
  statement String CODEC(ZSTD(1)),
  status LowCardinality(String),
  error LowCardinality(String),
  peer LowCardinality(String),
  peer_address LowCardinality(String),
  instance LowCardinality(String),
  host LowCardinality(String),
  container LowCardinality(String),
  count SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  errors SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  duration_sum SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  bins SimpleAggregateFunction(sumMap, Map(Int16, UInt64)) CODEC(LZ4),
  queue_wait_sum SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  request_bytes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  response_bytes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1))`;

/**
 * Parts are flushed before an insert returns, so that what is acknowledged survives a power cut too; the
 * deduplication window makes the repetition of an insert harmless (see `writer.ts`).
 */
const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1`;

/**
 * Rows lie in blocks of time, in a block by service: a list of all services reads whole blocks, the page of one service a
 * short run in each.
 */
const requests = (name: string, partition: number, block: string) => `
  CREATE TABLE IF NOT EXISTS ${name} (${REQUEST_COLUMNS})
  ENGINE = AggregatingMergeTree
  PARTITION BY intDiv(toUnixTimestamp(time), ${partition})
  PRIMARY KEY (${block}(time), service, side, time)
  ORDER BY (${block}(time), service, side, time, ${SERIES})
  SETTINGS ${DURABLE}, index_granularity = 512`;

const rollUp = (name: string, target: string, seconds: number) => `
  CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} TO ${target} AS
  SELECT toStartOfInterval(time, INTERVAL ${seconds} SECOND) AS time, ${KEY},
    sum(count) AS count, sum(errors) AS errors, sum(duration_sum) AS duration_sum, sumMap(bins) AS bins,
    sum(queue_wait_sum) AS queue_wait_sum, sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes
  FROM requests_10s GROUP BY time, ${KEY}`;

export const firstTables: Migration = {
  id: 1,
  name: 'first-tables',
  statements: [
    requests('requests_10s', 3600, 'toStartOfMinute'),
    requests('requests_1m', 86_400, 'toStartOfFifteenMinutes'),
    requests('requests_1h', 2_592_000, 'toStartOfDay'),
    rollUp('requests_1m_from_10s', 'requests_1m', 60),
    rollUp('requests_1h_from_10s', 'requests_1h', 3600),
    `CREATE TABLE IF NOT EXISTS spans (
      time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
      duration UInt64 CODEC(T64, ZSTD(1)),
      trace_id UUID,
      span_id UInt64,
      parent_span_id UInt64,
      service LowCardinality(String),
      instance LowCardinality(String),
      host LowCardinality(String),
      kind Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5),
      name LowCardinality(String),
      status Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
      status_message String CODEC(ZSTD(1)),
      attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      links String CODEC(ZSTD(1)),
      events String CODEC(ZSTD(1)),
      INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = MergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 3600)
    ORDER BY (service, time, trace_id)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS metrics (
      time DateTime('UTC') CODEC(Delta, ZSTD(1)),
      start DateTime('UTC') CODEC(Delta, ZSTD(1)),
      service LowCardinality(String),
      instance LowCardinality(String),
      host LowCardinality(String),
      metric LowCardinality(String),
      unit LowCardinality(String),
      kind Enum8('gauge' = 0, 'delta' = 1, 'cumulative' = 2),
      attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      value Float64 CODEC(ZSTD(1))
    ) ENGINE = MergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 86400)
    ORDER BY (service, metric, instance, time)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS resources (
      service LowCardinality(String),
      instance String,
      first_seen SimpleAggregateFunction(min, DateTime('UTC')),
      last_seen SimpleAggregateFunction(max, DateTime('UTC')),
      attributes SimpleAggregateFunction(anyLast, Map(String, String)) CODEC(ZSTD(1))
    ) ENGINE = AggregatingMergeTree
    ORDER BY (service, instance)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS batches (
      time DateTime('UTC') CODEC(Delta, ZSTD(1)),
      source LowCardinality(String),
      sequence UInt64 CODEC(Delta, ZSTD(1))
    ) ENGINE = ReplacingMergeTree
    PARTITION BY intDiv(toUnixTimestamp(time), 86400)
    ORDER BY (source, sequence)
    SETTINGS ${DURABLE}`,
  ],
};
