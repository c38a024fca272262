import type { ClickHouseClient } from '@clickhouse/client';
import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { SpanRow } from '../rows.ts';

const hex = (id: string) => (id === '0' ? '' : BigInt(id).toString(16).padStart(16, '0'));

/** All spans of a trace (32 hex digits) in order of their start. */
export async function spansOfTrace(client: ClickHouseClient, traceId: string): Promise<SpanRow[]> {
  type Row = Omit<SpanRow, 'start' | 'duration'> & { start: string; duration: number };
  const rows = await rowsOf<Row>(
    client,
    `SELECT toString(toUnixTimestamp64Nano(time)) AS start, duration, lower(replaceAll(toString(trace_id), '-', '')) AS traceId,
      toString(span_id) AS spanId, toString(parent_span_id) AS parentSpanId, service, instance, host, kind, name, status,
      status_message AS statusMessage, attributes, links, events
    FROM spans WHERE trace_id = toUUID({traceId:String}) ORDER BY time, span_id`,
    { traceId },
  );
  return rows.map((row) => ({
    ...row,
    start: BigInt(row.start) as EpochNanoseconds,
    duration: row.duration as Nanoseconds,
    spanId: hex(row.spanId),
    parentSpanId: hex(row.parentSpanId),
  }));
}
