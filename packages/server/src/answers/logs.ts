import { LOG_LEVELS, type LogRecord, type logsQuery, type traceLogsQuery } from '@sonde/api';
import type { TimeRange } from '@sonde/model';
import type { FoundLog, Store } from '@sonde/store';
import type { z } from 'zod';
import { traceIdOf } from './trace.ts';
import { millisecondsOf } from './traces.ts';

/** Numbers of one level. */
const LEVEL_WIDTH = 4;

const logOf = ({ time, traceId, spanId, ...row }: FoundLog): LogRecord => ({
  ...row,
  time: millisecondsOf(time),
  level: row.severity === 0 ? null : LOG_LEVELS[Math.floor((row.severity - 1) / LEVEL_WIDTH)],
  trace: traceId,
  span: spanId,
});

interface Found {
  logs: LogRecord[];
  truncated: boolean;
}

const cut = (rows: readonly FoundLog[], limit: number): Found => ({
  logs: rows.slice(0, limit).map(logOf),
  truncated: rows.length > limit,
});

/** Newest first. */
export async function findLogs(
  store: Store,
  range: TimeRange,
  { service, level, text, limit }: z.output<typeof logsQuery>,
): Promise<Found> {
  const rows = await store.findLogs(range, {
    ...(service === undefined ? {} : { service }),
    ...(level === undefined ? {} : { severity: LOG_LEVELS.indexOf(level) * LEVEL_WIDTH + 1 }),
    ...(text === undefined ? {} : { text }),
    limit: limit + 1,
  });
  return cut(rows, limit);
}

/** Oldest first, of a trace by any of its ids. Throws SONDE_API_BAD_QUERY where `id` is no trace id. */
export async function logsOfTrace(
  store: Store,
  given: string,
  { span, limit }: z.output<typeof traceLogsQuery>,
): Promise<Found> {
  const names = await store.traceNames([traceIdOf(given)]);
  const rows = await store.logsOfTraces([...names.keys()], span?.toLowerCase(), limit + 1);
  return cut(rows, limit);
}
