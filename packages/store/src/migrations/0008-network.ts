import type { Migration } from './migration.ts';

const KEY = 'service, side, peer, peer_address, instance, host, container';

const COUNTS = ['opened', 'closed', 'reset', 'lost', 'refused', 'unanswered', 'segments', 'retransmits', 'rtt_sum'];

/** `rtts` counts round-trip times per bin of the exponential histogram in the model; `rtt_sum` is nanoseconds. */
const COLUMNS = `
  time DateTime('UTC') CODEC(Delta, ZSTD(1)),
  service LowCardinality(String),
  side Enum8('server' = 1, 'client' = 2),
  peer LowCardinality(String),
  peer_address LowCardinality(String),
  instance LowCardinality(String),
  host LowCardinality(String),
  container LowCardinality(String),
  ${COUNTS.map((name) => `${name} SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1))`).join(',\n  ')},
  rtts SimpleAggregateFunction(sumMap, Map(Int16, UInt64)) CODEC(LZ4)`;

const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1`;

const network = (name: string, partition: number) => `
  CREATE TABLE IF NOT EXISTS ${name} (${COLUMNS})
  ENGINE = AggregatingMergeTree
  PARTITION BY intDiv(toUnixTimestamp(time), ${partition})
  PRIMARY KEY (service, time)
  ORDER BY (service, time, side, peer, peer_address, instance, host, container)
  SETTINGS ${DURABLE}, index_granularity = 1024`;

const rollUp = (target: string, seconds: number) => `
  CREATE MATERIALIZED VIEW IF NOT EXISTS ${target}_from_10s TO ${target} AS
  SELECT toStartOfInterval(time, INTERVAL ${seconds} SECOND) AS time, ${KEY},
    ${COUNTS.map((name) => `sum(${name}) AS ${name}`).join(', ')}, sumMap(rtts) AS rtts
  FROM network_10s GROUP BY time, ${KEY}`;

/** What sockets saw of TCP, per service, end and peer; kept like `requests`. */
export const networkFacts: Migration = {
  id: 8,
  name: 'network',
  statements: [
    network('network_10s', 3600),
    network('network_1m', 86_400),
    network('network_1h', 2_592_000),
    rollUp('network_1m', 60),
    rollUp('network_1h', 3600),
  ],
};
