import type { Migration } from './migration.ts';

/** Dropped parts leave the disk at once, not after eight minutes. */
const SHORT_LIVED = 'old_parts_lifetime = 1';

/** Work tables of a linker that is all SQL: a partition a run, dropped at its end. */
export const linkerWork: Migration = {
  id: 7,
  name: 'linker-work',
  statements: [
    `CREATE TABLE IF NOT EXISTS linker_spans (
      run UInt64,
      span_id UInt64,
      parent_span_id UInt64,
      trace_id UUID,
      start Int64,
      end Int64,
      host LowCardinality(String),
      instance String,
      role Enum8('inner' = 0, 'client' = 1, 'server' = 2),
      is_kernel UInt8,
      confidence Float64,
      context_trace_id UUID,
      context_span_id UInt64
    ) ENGINE = MergeTree
    PARTITION BY run ORDER BY span_id
    SETTINGS ${SHORT_LIVED}`,
    `CREATE TABLE IF NOT EXISTS linker_traces (
      run UInt64,
      number UInt64,
      trace_id UUID
    ) ENGINE = MergeTree
    PARTITION BY run ORDER BY trace_id
    SETTINGS ${SHORT_LIVED}`,
    `CREATE TABLE IF NOT EXISTS linker_pairs (
      run UInt64,
      a UInt64,
      b UInt64
    ) ENGINE = MergeTree
    PARTITION BY run ORDER BY (a, b)
    SETTINGS ${SHORT_LIVED}`,
    `CREATE TABLE IF NOT EXISTS linker_rounds (
      run UInt64,
      round UInt8,
      trace UInt64,
      best UInt64
    ) ENGINE = MergeTree
    PARTITION BY run ORDER BY (round, trace)
    SETTINGS ${SHORT_LIVED}`,
  ],
};
