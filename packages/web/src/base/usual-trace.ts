import type { TraceSummary } from '@sonde/api';

/** What stands for the other traces of an endpoint, and how many it stands for. */
export interface Usual {
  readonly id: string;
  readonly of: number;
}

/**
 * A usual one among traces of the same endpoint: of those without an error that have the number of spans most of them
 * have, the one of median duration. `null` where there is none beside `not`.
 */
export function usualOf(traces: readonly TraceSummary[], not: string): Usual | null {
  const good = traces.filter(({ id, errors, match }) => id !== not && errors === 0 && !match.error);
  if (good.length === 0) return null;
  const alike = [...Map.groupBy(good, ({ spans }) => spans).values()].reduce((a, b) => (b.length > a.length ? b : a));
  const ordered = alike.toSorted((a, b) => a.match.duration - b.match.duration);
  return { id: ordered[ordered.length >> 1].id, of: good.length };
}
