import type { ClickHouseClient } from '@clickhouse/client';

/** Every span stored, kept or recent. A kept one is in both for a while: readers take each id once. */
export const SPANS = `merge(currentDatabase(), '^spans(_recent)?$')`;

/** Trace ids of one statement. */
const CHUNK = 2000;

/** Spans to keep for long: all of their traces that started from `since` on (seconds), or only those named. */
export interface Kept {
  readonly traceIds: readonly string[];
  readonly spanIds?: readonly string[];
  readonly since: number;
}

/** Copies recent spans to where they are kept. */
export async function keepSpans(client: ClickHouseClient, { traceIds, spanIds, since }: Kept): Promise<void> {
  const numbers = spanIds?.map((id) => BigInt(`0x${id}`).toString());
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const only = numbers === undefined ? '' : 'AND has(arrayMap(id -> toUInt64(id), {spanIds:Array(String)}), span_id)';
    await client.command({
      query: `INSERT INTO spans SELECT * FROM spans_recent
        WHERE trace_id IN {traceIds:Array(UUID)} AND time >= toDateTime64({since:UInt32}, 9, 'UTC') ${only}`,
      query_params: {
        since,
        traceIds: traceIds.slice(at, at + CHUNK),
        ...(numbers === undefined ? {} : { spanIds: numbers.slice(at, at + CHUNK) }),
      },
    });
  }
}
