import type { ClickHouseClient } from '@clickhouse/client';
import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import { rowsOf } from '../client.ts';
import { hexOfId64, type SpanLinkRow, type SpanRow } from '../rows.ts';
import { SPANS } from './kept-spans.ts';

type Row = Omit<SpanRow, 'start' | 'duration'> & { start: string; duration: number };

const COLUMNS = `toString(toUnixTimestamp64Nano(time)) AS start, duration,
  lower(replaceAll(toString(trace_id), '-', '')) AS traceId, toString(span_id) AS spanId,
  toString(parent_span_id) AS parentSpanId, service, instance, host, kind, name, status,
  status_message AS statusMessage, attributes, links, events`;

const spanOf = (row: Row): SpanRow => ({
  ...row,
  start: BigInt(row.start) as EpochNanoseconds,
  duration: row.duration as Nanoseconds,
  spanId: hexOfId64(row.spanId),
  parentSpanId: hexOfId64(row.parentSpanId),
});

/** Spans stored under any of the trace ids (32 hex digits) that started from `since` on (seconds), by start, each once. */
export async function spansOfTraces(
  client: ClickHouseClient,
  traceIds: readonly string[],
  limit = 50_000,
  since = 0,
): Promise<SpanRow[]> {
  if (traceIds.length === 0) return [];
  const rows = await rowsOf<Row>(
    client,
    `SELECT /* spans of the trace */ ${COLUMNS} FROM ${SPANS} WHERE trace_id IN {traceIds:Array(UUID)} AND time >= toDateTime64({since:UInt32}, 9, 'UTC')
    ORDER BY time, span_id LIMIT 1 BY trace_id, span_id LIMIT {limit:UInt32}`,
    { traceIds, limit, since },
  );
  return rows.map(spanOf);
}

/** Parents found after the spans of the trace ids were stored. */
export async function linksOfTraces(client: ClickHouseClient, traceIds: readonly string[]): Promise<SpanLinkRow[]> {
  if (traceIds.length === 0) return [];
  type Link = Omit<SpanLinkRow, 'spanId' | 'parentSpanId'> & { spanId: string; parentSpanId: string };
  const rows = await rowsOf<Link>(
    client,
    `SELECT /* parents found later */ toUnixTimestamp(time) AS time, lower(replaceAll(toString(trace_id), '-', '')) AS traceId,
      toString(span_id) AS spanId, toString(parent_span_id) AS parentSpanId, method, confidence
    FROM span_links WHERE trace_id IN {traceIds:Array(UUID)}`,
    { traceIds },
  );
  return rows.map((row) => ({ ...row, spanId: hexOfId64(row.spanId), parentSpanId: hexOfId64(row.parentSpanId) }));
}

/** Longest span that is found by its end, in seconds. */
const LONGEST = 3600;

/** Spans that ended after `seconds` since the epoch. */
const ENDED_SINCE = `time >= toDateTime64({seconds:UInt32} - ${LONGEST}, 9, 'UTC')
  AND toUnixTimestamp64Nano(time) + toInt64(duration) >= toInt64({seconds:UInt32}) * 1000000000`;

/** The newest spans that ended after `seconds` since the epoch, in order of their start, and how many more there are. */
export async function spansSince(
  client: ClickHouseClient,
  seconds: number,
  limit: number,
): Promise<{ spans: SpanRow[]; more: number }> {
  const rows = await rowsOf<Row>(
    client,
    `SELECT * FROM (
      SELECT ${COLUMNS} FROM ${SPANS} WHERE ${ENDED_SINCE}
      ORDER BY time DESC LIMIT 1 BY trace_id, span_id LIMIT {limit:UInt32}
    ) ORDER BY toUInt64(start)`,
    { seconds, limit },
  );
  if (rows.length < limit) return { spans: rows.map(spanOf), more: 0 };
  const [{ all }] = await rowsOf<{ all: number }>(
    client,
    `SELECT uniqExact(trace_id, span_id) AS all FROM ${SPANS} WHERE ${ENDED_SINCE}`,
    { seconds },
  );
  return { spans: rows.map(spanOf), more: Math.max(0, all - rows.length) };
}

/** Ids of traces of which spans that started after `seconds` since the epoch are kept. */
export async function keptTraces(client: ClickHouseClient, seconds: number): Promise<ReadonlySet<string>> {
  const rows = await rowsOf<{ traceId: string }>(
    client,
    `SELECT DISTINCT lower(replaceAll(toString(trace_id), '-', '')) AS traceId FROM spans
    WHERE time >= toDateTime64({seconds:UInt32}, 9, 'UTC')`,
    { seconds },
  );
  return new Set(rows.map(({ traceId }) => traceId));
}
