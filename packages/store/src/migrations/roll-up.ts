import type { Conditional } from './migration.ts';

export const DURABLE = `non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
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

/** What a roll-up adds up by. */
export interface Shape {
  readonly columns: string;
  readonly key: string;
  /** The part of the key that rows lie together by. */
  readonly run: string;
  /** The key from a row of requests: a service is whom the request was made to. */
  readonly fromRequests: string;
  /** Which rows of requests count. */
  readonly where: string;
}

export const table = (name: string, { columns, key, run }: Shape, partition: number, block: string) => `
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

export function rollUp(name: string, shape: Shape, seconds: number, from: string, oldFrom: string) {
  return filling(name, from, selection(shape, seconds, from), selection(shape, seconds, oldFrom));
}

/**
 * Has a table fill itself with `rows` of what is inserted into `from`, and fills it with `oldRows` of what is there. Emptied
 * first, so that a repetition counts nothing twice.
 */
export function filling(name: string, from: string, rows: string, oldRows = rows) {
  return [
    { query: `DROP VIEW IF EXISTS ${name}_from_${from}`, isOfRows: true },
    { query: `TRUNCATE TABLE ${name}`, isOfRows: true },
    { query: `INSERT INTO ${name} SETTINGS insert_deduplicate = 0 ${oldRows}`, isOfRows: true },
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}_from_${from} TO ${name} AS ${rows}`,
  ] satisfies (string | Conditional)[];
}
