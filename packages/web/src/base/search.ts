import type { TimeInput } from './time.ts';

/** Readers of URL search parameters: what is not of the expected form counts as not given. */
type Search = Readonly<Record<string, unknown>>;

export function text(search: Search, key: string, longest = 200): string | undefined {
  const value = search[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined;
}

export function oneOf<const T extends string>(search: Search, key: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === search[key]);
}

export function integer(search: Search, key: string, least: number, greatest: number): number | undefined {
  const value = Number(search[key] ?? Number.NaN);
  return Number.isInteger(value) && value >= least && value <= greatest ? value : undefined;
}

/** A text that may be empty: an endpoint without an operation is not the same as any. */
export function exactly(search: Search, key: string, longest = 1024): string | undefined {
  const value = search[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.slice(0, longest) : undefined;
}

/** A record of short texts; anything else in it is left out. */
export function texts(search: Search, key: string, longest = 200): Record<string, string> | undefined {
  const value = search[key];
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= longest,
  );
  return entries.length > 0 ? Object.fromEntries(entries.slice(0, 20)) : undefined;
}

/** A time of any form is kept as it stands: a bad one is answered by the API with its own error. */
export function time(search: Search, key: string): TimeInput | undefined {
  const value = search[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? value.slice(0, 40) : undefined;
}
