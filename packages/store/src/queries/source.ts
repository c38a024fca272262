import { type Segment, widened } from '../resolution.ts';
import { REQUESTS_OF_GRAIN, type TablesOfGrain } from '../schema.ts';

const within = ({ from, to }: Segment) => `(time >= toDateTime(${from}, 'UTC') AND time < toDateTime(${to}, 'UTC'))`;

/** The condition that a row's time lies in one of the segments. */
export function inOneOf(segments: readonly Segment[]): string {
  return segments.length === 0 ? '0' : segments.map(within).join(' OR ');
}

/** What is read, where it is not the requests themselves. */
interface Reading {
  readonly tables?: TablesOfGrain;
  /** Width that no row may pass, in seconds; without one any may. */
  readonly step?: number;
}

/** Rows in the segments, as a table expression with the columns asked for: one table a resolution. */
export function source(
  segments: readonly Segment[],
  columns: readonly string[],
  where: string | ((grain: Segment['grain']) => string) = '1',
  { tables = REQUESTS_OF_GRAIN, step }: Reading = {},
): string {
  const byGrain = [...Map.groupBy(widened(segments, tables, step), ({ grain }) => grain)];
  const parts = byGrain.map(([grain, all]) => {
    const condition = typeof where === 'string' ? where : where(grain);
    return `SELECT ${columns.join(', ')} FROM ${tables[grain]!} WHERE (${inOneOf(all)}) AND (${condition})`;
  });
  return parts.length > 0
    ? `(${parts.join(' UNION ALL ')})`
    : `(SELECT ${columns.join(', ')} FROM ${tables[10]} WHERE 0)`;
}

/** Number of the step a row falls into. `from` is a multiple of every row's width in the segments. */
export function stepNumber(from: number, step: number): string {
  return `intDiv(toUnixTimestamp(time) - ${from}, ${step})`;
}
