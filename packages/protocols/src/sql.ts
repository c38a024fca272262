import { SqlCache } from './sql-cache.ts';
import type { Dialect } from './sql-dialect.ts';
import { normalise, sql } from './sql-normalise.ts';
import { skeleton, skeletonOf } from './sql-skeleton.ts';
import { type ContextIds, readTraceparent } from './trace-context.ts';

export { sql, TRACEPARENT } from './sql-normalise.ts';

/** What was read before: by the very bytes, and by the bytes without literals. */
const texts = new SqlCache();
const skeletons = new SqlCache();

/** Reads the statement `[start, end)` into `sql`. */
export function readSql(bytes: Uint8Array, start: number, end: number, dialect: Dialect): void {
  const text = texts.find(bytes, start, end, dialect);
  if (text === SqlCache.FOUND) return;
  const length = skeletonOf(bytes, start, end, dialect);
  if (length > 0) {
    if (skeletons.find(skeleton, 0, length, dialect) === SqlCache.FOUND) {
      if (text === SqlCache.AGAIN) texts.keep();
      return;
    }
    normalise(bytes, start, end, dialect);
    skeletons.keep();
  } else normalise(bytes, start, end, dialect);
  if (text === SqlCache.AGAIN && sql.traceparent < 0) texts.keep();
}

/** Takes the trace context in a comment of the statement just read, which ends at `end`: sqlcommenter. */
export function readSqlContext(bytes: Uint8Array, end: number, message: ContextIds): void {
  if (sql.traceparent >= 0) readTraceparent(bytes, sql.traceparent, end, message);
}
