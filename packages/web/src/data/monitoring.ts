import type { BreakdownBy, Comparison } from '@sonde/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Area } from '../base/area.ts';
import { client } from './client.ts';
import { defined, useRanged } from './queries.ts';
import { useRange } from './settings.ts';

/** The part of a service a page is about; all of it where nothing is given. */
export interface PartFilter {
  readonly protocol?: string | undefined;
  readonly operation?: string | undefined;
  readonly target?: string | undefined;
  readonly statement?: string | undefined;
  readonly instance?: string | undefined;
  readonly host?: string | undefined;
  readonly status?: string | undefined;
  readonly error?: string | undefined;
  readonly side?: 'server' | 'client' | undefined;
}

/** Through what numbers are looked at: percentiles, thresholds in milliseconds, the time to compare with. */
export interface Lens {
  readonly percentiles?: string | undefined;
  readonly apdex?: number | undefined;
  readonly slow?: number | undefined;
  readonly compare?: Comparison | undefined;
  readonly top?: 'p99' | 'slow' | undefined;
}

export const useOverview = (name: string, filter: PartFilter, lens: Lens) => {
  const asked = defined({ ...filter, ...lens });
  return useRanged(['overview', name, JSON.stringify(asked)], (range, options) =>
    client.overview({ name, ...asked, ...range }, options),
  );
};

export const useBreakdown = (name: string, filter: PartFilter, by: BreakdownBy) => {
  const asked = defined(filter);
  return useRanged(['breakdown', name, by, JSON.stringify(asked)], (range, options) =>
    client.breakdown({ name, by, ...asked, ...range }, options),
  );
};

export const useNetwork = (name: string) =>
  useRanged(['network', name], (range, options) => client.network({ name, ...range }, options));

export const useErrors = (service?: string) =>
  useRanged(['errors', service ?? ''], (range, options) =>
    client.errors({ ...(service === undefined ? {} : { service }), ...range }, options),
  );

export const useSlow = (name: string, filter: PartFilter, slow: number | undefined, area: Area | null) => {
  const asked = defined({ ...filter, slow, ...area });
  return useRanged(['slow', name, JSON.stringify(asked)], (range, options) =>
    client.slow({ name, ...asked, ...range }, options),
  );
};

export const useSearchResults = (q: string) => {
  const range = useRange();
  return useQuery({
    queryKey: ['search', q, range.from, range.to],
    queryFn: ({ signal }) => client.search({ q, ...range }, { signal }),
    placeholderData: keepPreviousData,
  });
};
