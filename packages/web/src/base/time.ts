/** A point in time as the URL and the API hold it: epoch milliseconds, `now`, `now-15m`, or an ISO time. */
export type TimeInput = string | number;

/** Half-open: `from` belongs to it, `to` does not. */
export interface TimeRange {
  readonly from: TimeInput;
  readonly to: TimeInput;
}

export const DEFAULT_RANGE: TimeRange = { from: 'now-15m', to: 'now' };

/** What the picker offers, as an offset before now. */
export const QUICK_RANGES = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d'] as const;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/;

/** Epoch milliseconds of a time input, `null` if it is not of a form the API takes. */
export function resolveTime(input: TimeInput, now: number): number | null {
  if (typeof input === 'number') return Number.isFinite(input) && input >= 0 ? input : null;
  const relative = RELATIVE.exec(input);
  if (relative) return relative[1] ? now - Number(relative[1]) * UNIT_MS[relative[2]] : now;
  if (/^\d{10,15}$/.test(input)) return Number(input);
  const iso = /^\d{4}-\d{2}/.test(input) ? Date.parse(input) : Number.NaN;
  return Number.isNaN(iso) ? null : iso;
}

/** `null` where an end is no time, or the start is not before the end. */
export function resolveRange(range: TimeRange, now: number): { from: number; to: number } | null {
  const from = resolveTime(range.from, now);
  const to = resolveTime(range.to, now);
  return from !== null && to !== null && from < to ? { from, to } : null;
}

/** The offset of a range that ends now (`15m` of now-15m … now), `null` for any other. */
export function quickOffset(range: TimeRange): string | null {
  if (range.to !== 'now' || typeof range.from !== 'string') return null;
  const match = RELATIVE.exec(range.from);
  return match?.[1] ? match[1] + match[2] : null;
}

export function quickRange(offset: string): TimeRange {
  return { from: `now-${offset}`, to: 'now' };
}

/** The range moved by its own width: `-1` back, `1` forward, never past now. */
export function shiftRange(range: TimeRange, direction: -1 | 1, now: number): TimeRange | null {
  const at = resolveRange(range, now);
  if (!at) return null;
  const width = at.to - at.from;
  const to = Math.min(now, at.to + direction * width);
  return { from: Math.round(to - width), to: Math.round(to) };
}

/** The range of twice the width around the same middle, never past now. */
export function widenRange(range: TimeRange, now: number): TimeRange | null {
  const at = resolveRange(range, now);
  if (!at) return null;
  const width = at.to - at.from;
  const to = Math.min(now, at.to + width / 2);
  return { from: Math.round(to - 2 * width), to: Math.round(to) };
}

/** The range a drag over a chart asks for: whole seconds outward, at least `minimum` wide. */
export function dragRange(a: number, b: number, minimum = 10_000): TimeRange {
  const from = Math.floor(Math.min(a, b) / 1000) * 1000;
  const to = Math.ceil(Math.max(a, b) / 1000) * 1000;
  if (to - from >= minimum) return { from, to };
  const middle = (from + to) / 2;
  return { from: Math.floor(middle - minimum / 2), to: Math.floor(middle + minimum / 2) };
}

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

/** `03:50:10` in the viewer's time zone. */
export function clock(ms: number): string {
  const at = new Date(ms);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** `2026-11-22 03:50:10` in the viewer's time zone. */
export function dateTime(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock(ms)}`;
}

/** Both ends, the date of the second only where it differs. */
export function rangeText(from: number, to: number): string {
  const start = dateTime(from);
  const end = dateTime(to);
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`;
}

/** A value a step, oldest first, for every step of `[from, to)`; `absent` where the series has no point. */
export function fillSteps<P extends { readonly time: number }>(
  points: readonly P[],
  step: number,
  from: number,
  to: number,
  absent: (time: number) => P,
): P[] {
  if (step <= 0 || points.length === 0 || (to - from) / step > 20_000) return [...points];
  const byTime = new Map(points.map((point) => [point.time, point]));
  const phase = points[0].time % step;
  const filled: P[] = [];
  for (let time = Math.floor((from - phase) / step) * step + phase; time < to; time += step) {
    const point = byTime.get(time);
    if (point) filled.push(point);
    else if (time >= from) filled.push(absent(time));
  }
  return filled;
}
