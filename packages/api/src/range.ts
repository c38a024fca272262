import { type TimeRange, timeRange } from '@sonde/model';
import { ApiError } from './api-error.ts';

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const RELATIVE = /^now(?:([+-])(\d{1,9})([smhdw]))?$/;
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const MILLISECONDS = /^\d{1,16}$/;

/** The last millisecond a JavaScript date can hold. */
const LATEST = 8.64e15;

/** A point in time in epoch milliseconds, or `null` where `text` is none of the forms of `timeParameter`. */
export function parseTime(text: string | number, now: number): number | null {
  if (typeof text === 'number') return Number.isInteger(text) && text >= 0 && text <= LATEST ? text : null;
  if (MILLISECONDS.test(text)) return parseTime(Number(text), now);
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, sign, amount, unit] = relative;
    if (sign === undefined) return now;
    return Math.max(0, now + (sign === '-' ? -1 : 1) * Number(amount) * UNITS[unit]);
  }
  if (!ISO.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) || time < 0 ? null : time;
}

/** Throws SONDE_API_BAD_RANGE. */
export function parseRange(query: { from: string | number; to: string | number }, now: number): TimeRange {
  const from = parseTime(query.from, now);
  const to = parseTime(query.to, now);
  if (from === null) throw new ApiError('SONDE_API_BAD_RANGE', `from=${query.from} is not a time`, { key: 'from' });
  if (to === null) throw new ApiError('SONDE_API_BAD_RANGE', `to=${query.to} is not a time`, { key: 'to' });
  if (from >= to) throw new ApiError('SONDE_API_BAD_RANGE', `from (${from}) is not before to (${to})`, { from, to });
  return timeRange(from, to);
}
