import type { Segment } from '../resolution.ts';
import { REQUESTS_OF_GRAIN, type TablesOfGrain } from '../schema.ts';

/** Rows in the segments, as a table expression with the columns asked for. */
export function source(
  segments: readonly Segment[],
  columns: readonly string[],
  where: string | ((grain: Segment['grain']) => string) = '1',
  tables: TablesOfGrain = REQUESTS_OF_GRAIN,
): string {
  const rows = (table: string, condition: string) => `SELECT ${columns.join(', ')} FROM ${table} WHERE ${condition}`;
  if (segments.length === 0) return `(${rows(tables[10], '0')})`;
  const parts = segments.map(({ grain, from, to }) =>
    rows(
      tables[grain]!,
      `time >= toDateTime(${from}, 'UTC') AND time < toDateTime(${to}, 'UTC') AND (${typeof where === 'string' ? where : where(grain)})`,
    ),
  );
  return `(${parts.join(' UNION ALL ')})`;
}

/** Number of the step a row falls into. `from` is a multiple of every row's width in the segments. */
export function stepNumber(from: number, step: number): string {
  return `intDiv(toUnixTimestamp(time) - ${from}, ${step})`;
}
