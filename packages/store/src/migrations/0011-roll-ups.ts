import type { Migration } from './migration.ts';

const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1`;

const VALUES = `
  count SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  errors SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  duration_sum SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  bins SimpleAggregateFunction(sumMap, Map(Int16, UInt64)) CODEC(LZ4),
  queue_wait_sum SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  request_bytes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  response_bytes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1))`;

const SUMS = `sum(count) AS count, sum(errors) AS errors, sum(duration_sum) AS duration_sum, sumMap(bins) AS bins,
  sum(queue_wait_sum) AS queue_wait_sum, sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes`;

const SERVICES = {
  columns: `
    name LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    named UInt8,
    failed UInt8,`,
  key: 'name, side, protocol, named, failed',
  run: 'name, side',
  /** The same key from rows of requests: a service is whom the request was made to. */
  fromRequests: `if(side = 'server', service, if(peer = '', peer_address, peer)) AS name, side, protocol,
    side = 'server' OR peer != '' AS named, requests.errors > 0 AS failed`,
  where: `name != ''`,
};

const ENDPOINTS = {
  columns: `
    name LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    operation LowCardinality(String),
    target LowCardinality(String),
    statement String CODEC(ZSTD(1)),
    status LowCardinality(String),
    error LowCardinality(String),`,
  key: 'name, side, protocol, operation, target, statement, status, error',
  run: 'name, side',
  fromRequests: `if(side = 'server', service, if(peer = '', peer_address, peer)) AS name, side, protocol, operation,
    target, statement, status, error`,
  where: `name != ''`,
};

const CALLS = {
  columns: `
    service LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    peer LowCardinality(String),
    peer_address LowCardinality(String),
    failed UInt8,`,
  key: 'service, side, protocol, peer, peer_address, failed',
  run: 'service, side',
  fromRequests: `service, side, protocol, peer, if(peer = '', requests.peer_address, '') AS peer_address,
    requests.errors > 0 AS failed`,
  where: '1',
};

type Shape = typeof SERVICES;

const table = (name: string, { columns, key, run }: Shape, partition: number, block: string) => `
  CREATE TABLE IF NOT EXISTS ${name} (
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),${columns}${VALUES}
  ) ENGINE = AggregatingMergeTree
  PARTITION BY intDiv(toUnixTimestamp(time), ${partition})
  PRIMARY KEY (${block}(time), ${run}, time)
  ORDER BY (${block}(time), ${run}, time, ${key.replace(`${run}, `, '')})
  SETTINGS ${DURABLE}, index_granularity = 512`;

const selection = ({ key, fromRequests, where }: Shape, seconds: number, from: string) => {
  const isOfRequests = from.startsWith('requests_');
  return `
  SELECT toStartOfInterval(time, INTERVAL ${seconds} SECOND) AS time, ${isOfRequests ? fromRequests : key}, ${SUMS}
  FROM ${from}${isOfRequests ? ` AS requests WHERE ${where}` : ''} GROUP BY time, ${key}`;
};

/**
 * A roll-up that fills itself from the rows inserted into `from`, and is filled with the rows that are there. Emptied
 * first, so that a repetition counts nothing twice.
 */
function rollUp(name: string, shape: Shape, seconds: number, from: string, oldFrom: string): string[] {
  return [
    `DROP VIEW IF EXISTS ${name}_from_${from}`,
    `TRUNCATE TABLE ${name}`,
    `INSERT INTO ${name} SETTINGS insert_deduplicate = 0 ${selection(shape, seconds, oldFrom)}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}_from_${from} TO ${name} AS ${selection(shape, seconds, from)}`,
  ];
}

/**
 * Sums for lists, pages and maps: by service, by its endpoints and statuses, and by pair of ends, each without the rest of
 * a series. Rows that have `failed` are errors all of them, so that the durations of errors stay apart.
 */
export const rollUps: Migration = {
  id: 11,
  name: 'roll-ups',
  statements: [
    table('services_10s', SERVICES, 3600, 'toStartOfMinute'),
    table('services_1m', SERVICES, 86_400, 'toStartOfFifteenMinutes'),
    table('services_1h', SERVICES, 2_592_000, 'toStartOfDay'),
    table('services_1d', SERVICES, 31_536_000, 'toStartOfMonth'),
    table('endpoints_1m', ENDPOINTS, 86_400, 'toStartOfFifteenMinutes'),
    table('endpoints_1h', ENDPOINTS, 2_592_000, 'toStartOfDay'),
    table('endpoints_1d', ENDPOINTS, 31_536_000, 'toStartOfMonth'),
    table('calls_1h', CALLS, 2_592_000, 'toStartOfDay'),
    table('calls_1d', CALLS, 31_536_000, 'toStartOfMonth'),
    ...rollUp('services_10s', SERVICES, 10, 'requests_10s', 'requests_10s'),
    ...rollUp('services_1m', SERVICES, 60, 'services_10s', 'requests_1m'),
    ...rollUp('services_1h', SERVICES, 3600, 'services_1m', 'requests_1h'),
    ...rollUp('services_1d', SERVICES, 86_400, 'services_1h', 'services_1h'),
    ...rollUp('endpoints_1m', ENDPOINTS, 60, 'requests_10s', 'requests_1m'),
    ...rollUp('endpoints_1h', ENDPOINTS, 3600, 'endpoints_1m', 'requests_1h'),
    ...rollUp('endpoints_1d', ENDPOINTS, 86_400, 'endpoints_1h', 'endpoints_1h'),
    ...rollUp('calls_1h', CALLS, 3600, 'requests_10s', 'requests_1h'),
    ...rollUp('calls_1d', CALLS, 86_400, 'calls_1h', 'calls_1h'),
  ],
};
