import type { ClickHouseClient } from '@clickhouse/client';
import type { EpochNanoseconds, TimeRange } from '@sonde/model';
import { type QueryParams, rowsOf } from '../client.ts';
import { hexOfId64, type LogRow } from '../rows.ts';

/** What a log record must be like; absent and '' ask for nothing. */
export interface LogFilter {
  readonly service?: string;
  /** Least severity, 1 to 24. */
  readonly severity?: number;
  /** Looked for in body, event and all values of attributes; `key=value` is also an attribute and its value. */
  readonly text?: string;
  readonly limit: number;
}

/** A log record with its body cut to what a page can show. */
export interface FoundLog extends LogRow {
  /** Bytes of the whole body. */
  readonly bodyBytes: number;
}

/** Characters of a body that are read. */
const MAX_BODY = 16_384;

const NO_TRACE = '0'.repeat(32);

const COLUMNS = `toString(toUnixTimestamp64Nano(l.time)) AS at, lower(replaceAll(toString(trace_id), '-', '')) AS traceId,
  toString(span_id) AS spanId, l.service AS service, instance, host, scope, severity, severity_text AS severityText, event,
  leftUTF8(l.body, ${MAX_BODY}) AS body, length(l.body) AS bodyBytes, attributes`;

type Row = Omit<FoundLog, 'time'> & { readonly at: string };

const logOf = ({ at, ...row }: Row): FoundLog => ({
  ...row,
  time: BigInt(at) as EpochNanoseconds,
  traceId: row.traceId === NO_TRACE ? '' : row.traceId,
  spanId: hexOfId64(row.spanId),
});

/** The newest log records of a range that fulfil a filter, newest first. */
export async function findLogs(
  client: ClickHouseClient,
  { from, to }: TimeRange,
  { service, severity, text, limit }: LogFilter,
): Promise<FoundLog[]> {
  const where = [
    `l.time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
    `l.time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
  ];
  const params: Record<string, string | number> = { from: Math.floor(from), to: Math.ceil(to), limit };
  const add = (condition: string, values: Record<string, string | number>) => {
    where.push(condition);
    Object.assign(params, values);
  };
  if (service) add('l.service = {service:String}', { service });
  if (severity) add('severity >= {severity:UInt8}', { severity });
  if (text) {
    const holds = (column: string) => `positionCaseInsensitiveUTF8(${column}, {text:String}) > 0`;
    const anywhere = `${holds('l.body')} OR ${holds('event')} OR arrayExists(v -> ${holds('v')}, mapValues(attributes))`;
    const [, key = '', value = ''] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
    if (key === '') add(`(${anywhere})`, { text });
    else add(`(${anywhere} OR attributes[{key:String}] = {value:String})`, { text, key, value });
  }
  const rows = await rowsOf<Row>(
    client,
    `SELECT /* logs */ ${COLUMNS} FROM logs AS l WHERE ${where.join(' AND ')}
    ORDER BY l.time DESC LIMIT {limit:UInt32}`,
    params,
  );
  return rows.map(logOf);
}

/** Log records written under any of the trace ids (32 hex digits), or in one of their spans, oldest first. */
export async function logsOfTraces(
  client: ClickHouseClient,
  traceIds: readonly string[],
  span: string | undefined,
  limit: number,
): Promise<FoundLog[]> {
  if (traceIds.length === 0) return [];
  const params: QueryParams = { traceIds, limit, ...(span ? { span: BigInt(`0x${span}`).toString() } : {}) };
  const rows = await rowsOf<Row>(
    client,
    `SELECT /* logs of a trace */ ${COLUMNS} FROM logs AS l
    WHERE trace_id IN {traceIds:Array(UUID)} ${span ? 'AND span_id = {span:UInt64}' : ''}
    ORDER BY l.time LIMIT {limit:UInt32}`,
    params,
  );
  return rows.map(logOf);
}
