import { isLowest } from '@sonde/model';

/** Shown wherever nothing was measured; never 0, which is a measurement. */
export const NOTHING = '—';

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

type Maybe = number | null | undefined;

const absent = (value: Maybe): value is null | undefined =>
  value === null || value === undefined || !Number.isFinite(value);

/** Three significant digits, grouped above 999: `0.042`, `4.20`, `42.0`, `420`, `4,200`. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return GROUPED.format(value);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995) return value.toFixed(2);
  return value.toPrecision(size < 0.001 ? 1 : 2);
}

function scaled(value: number, units: readonly (readonly [number, string])[]): string {
  const size = Math.abs(value);
  const [scale, unit] = units.find(([limit]) => size >= limit * 0.9995) ?? units[units.length - 1];
  return `${significant(value / scale)} ${unit}`;
}

const DURATION_UNITS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;

/** Nanoseconds as ns, µs, ms, s; from two minutes on as `2 m 05 s`, from an hour on as `1 h 01 m`. */
export function duration(ns: Maybe): string {
  if (absent(ns)) return NOTHING;
  if (ns === 0) return '0 ns';
  if (isLowest(ns)) return '<1 µs';
  const seconds = Math.round(ns / 1e9);
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} m`;
  if (seconds >= 120) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  return scaled(ns, DURATION_UNITS);
}

const pad = (value: number) => String(value).padStart(2, '0');

const COUNT_UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count: exact below 100,000, then `123 k`, `1.23 M`. */
export function count(value: Maybe): string {
  if (absent(value)) return NOTHING;
  return Math.abs(value) < 100_000 ? GROUPED.format(value) : scaled(value, COUNT_UNITS);
}

/** A count in full: `1,234,567`. */
export function exact(value: Maybe): string {
  return absent(value) ? NOTHING : GROUPED.format(value);
}

/** Requests per second, without the unit (the column or axis carries it). */
export function perSecond(value: Maybe): string {
  if (absent(value)) return NOTHING;
  if (value > 0 && value < 0.01) return '<0.01';
  return Math.abs(value) < 100_000 ? significant(value) : scaled(value, COUNT_UNITS);
}

export function rate(value: Maybe): string {
  return absent(value) ? NOTHING : `${perSecond(value)} req/s`;
}

/** A share 0..1 as percent. Neither 0 % nor 100 % is ever the result of rounding. */
export function percent(share: Maybe): string {
  if (absent(share)) return NOTHING;
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value > 0 && value < 0.01) return '<0.01 %';
  if (value < 100 && value > 99.9)
    return value > 99.99 ? '>99.99 %' : `${(Math.floor(value * 100) / 100).toFixed(2)} %`;
  return `${value >= 99.95 ? Math.round(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} %`;
}

const BYTE_UNITS = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
  [1, 'B'],
] as const;

/** Bytes, decimal: 1 KB = 1,000 B. */
export function bytes(value: Maybe): string {
  if (absent(value)) return NOTHING;
  if (Math.abs(value) < 1000) return `${Math.round(value)} B`;
  return scaled(value, BYTE_UNITS);
}

/** How long something is there, in two units, as kubectl prints it: `45s`, `12m`, `3h40m`, `2d4h`, `41d`. */
export function age(ms: Maybe): string {
  if (absent(ms)) return NOTHING;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (minutes < 2) return `${seconds}s`;
  if (hours < 3) return minutes < 10 && seconds % 60 > 0 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  if (days < 2) return `${hours}h${hours < 8 && minutes % 60 > 0 ? `${minutes % 60}m` : ''}`;
  return `${days}d${days < 8 && hours % 24 > 0 ? `${hours % 24}h` : ''}`;
}

/** CPU cores: `0.042`; agents are small, so three digits below one. */
export function cores(value: Maybe): string {
  return absent(value) ? NOTHING : value < 1 ? value.toFixed(3) : value.toFixed(2);
}

/** With a capital letter at its start, as a title has it. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
