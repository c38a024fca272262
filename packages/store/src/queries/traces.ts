import type { ClickHouseClient } from '@clickhouse/client';
import type { TimeRange } from '@sonde/model';
import { type QueryParams, rowsOf } from '../client.ts';
import type { SpanRow } from '../rows.ts';
import { SPANS } from './kept-spans.ts';

/** What one span of a trace must be like; absent and '' ask for nothing. Durations are nanoseconds. */
export interface SpanFilter {
  readonly service?: string;
  readonly instance?: string;
  /** Name of the span. */
  readonly operation?: string;
  /** Service at the other end. */
  readonly peer?: string;
  readonly kind?: SpanRow['kind'];
  readonly minDuration?: number;
  readonly maxDuration?: number;
  readonly errors?: boolean;
  /** `key=value` of an attribute; any other text is looked for in all their values, names of spans and messages. */
  readonly text?: string;
  readonly sort: 'recent' | 'slowest';
  readonly limit: number;
}

/** The longest span of a trace id that fulfils a filter. Times in nanoseconds since the epoch as text, exact. */
export interface SpanMatch {
  readonly traceId: string;
  readonly start: string;
  readonly duration: number;
  readonly service: string;
  readonly name: string;
  readonly error: boolean;
}

export function conditionsOf(filter: Omit<SpanFilter, 'sort' | 'limit'>): {
  where: string[];
  params: Record<string, string | number>;
} {
  const where: string[] = [];
  const params: Record<string, string | number> = {};
  const add = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined || value === '') return;
    where.push(condition);
    params[name] = value;
  };
  add('service = {service:String}', 'service', filter.service);
  add('instance = {instance:String}', 'instance', filter.instance);
  add('name = {operation:String}', 'operation', filter.operation);
  add(`attributes['sonde.peer.service'] = {peer:String}`, 'peer', filter.peer);
  add('kind = {kind:String}', 'kind', filter.kind);
  add('duration >= {minDuration:UInt64}', 'minDuration', filter.minDuration);
  add('duration <= {maxDuration:UInt64}', 'maxDuration', filter.maxDuration);
  if (filter.errors) where.push(`status = 'error'`);
  const pair = /^([\w.-]+)=(.*)$/s.exec(filter.text ?? '');
  if (pair !== null) {
    add('attributes[{key:String}] = {value:String}', 'key', pair[1]);
    params.value = pair[2];
  } else {
    const holds = (text: string) => `positionCaseInsensitiveUTF8(${text}, {text:String}) > 0`;
    const anywhere = `${holds('name')} OR ${holds('status_message')} OR arrayExists(v -> ${holds('v')}, mapValues(attributes))`;
    add(`(${anywhere})`, 'text', filter.text);
  }
  return { where, params };
}

export const within = ({ from, to }: TimeRange, margin = 0): { condition: string; params: QueryParams } => ({
  condition: `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
  params: { from: Math.floor(from) - margin, to: Math.ceil(to) + margin },
});

/** Trace ids with a span in the range that fulfils the filter: the most recent, or those with the longest such span. */
export async function findSpans(client: ClickHouseClient, range: TimeRange, filter: SpanFilter): Promise<SpanMatch[]> {
  const { where, params } = conditionsOf(filter);
  const { condition, params: bounds } = within(range);
  const order = filter.sort === 'slowest' ? 'duration' : 'latest';
  const rows = await rowsOf<{ traceId: string; duration: number; found: [string, string, string, number] }>(
    client,
    `SELECT /* spans found */ lower(replaceAll(toString(trace_id), '-', '')) AS traceId, max(time) AS latest, max(length) AS duration,
      argMax(tuple(toString(toUnixTimestamp64Nano(time)), service, name, status = 'error'), length) AS found
    FROM (
      SELECT trace_id, time, duration AS length, service, name, status FROM ${SPANS} WHERE ${[condition, ...where].join(' AND ')}
    )
    GROUP BY trace_id ORDER BY ${order} DESC, trace_id LIMIT {limit:UInt32}`,
    { ...params, ...bounds, limit: filter.limit },
  );
  return rows.map(({ traceId, duration, found: [start, service, name, error] }) => ({
    traceId,
    start,
    duration,
    service,
    name,
    error: error > 0,
  }));
}

/** What is stored under one trace id. Times in nanoseconds since the epoch as text, exact. */
export interface TraceTotal {
  readonly traceId: string;
  readonly start: string;
  readonly end: string;
  readonly spans: number;
  readonly errors: number;
  /** Spans by service. */
  readonly services: Readonly<Record<string, number>>;
  /** The earliest span; of those that begin at once the longest, and rather one without a parent. */
  readonly first: { readonly start: string; readonly service: string; readonly name: string };
}

/** How far outside of the range the spans of a trace are looked for, in ms. */
const MARGIN = 600_000;

export async function traceTotals(
  client: ClickHouseClient,
  range: TimeRange,
  traceIds: readonly string[],
): Promise<TraceTotal[]> {
  if (traceIds.length === 0) return [];
  const { condition, params } = within(range, MARGIN);
  type Row = Omit<TraceTotal, 'first'> & { first: [string, string, string] };
  const rows = await rowsOf<Row>(
    client,
    `SELECT /* traces found */ lower(replaceAll(toString(trace_id), '-', '')) AS traceId,
      toString(min(begin)) AS start, toString(max(begin + duration)) AS end, uniqExact(span_id) AS spans,
      uniqExactIf(span_id, status = 'error') AS errors, sumMap(map(service, 1)) AS services,
      argMin(tuple(toString(begin), service, name), tuple(begin, -toInt64(duration), parent_span_id != 0)) AS first
    FROM (
      SELECT trace_id, span_id, parent_span_id, toUnixTimestamp64Nano(time) AS begin, duration,
        toString(s.service) AS service, name, status
      FROM ${SPANS} AS s WHERE trace_id IN {traceIds:Array(UUID)} AND ${condition}
      LIMIT 1 BY trace_id, span_id
    )
    GROUP BY trace_id`,
    { ...params, traceIds },
  );
  return rows.map(({ first: [start, service, name], ...row }) => ({ ...row, first: { start, service, name } }));
}
