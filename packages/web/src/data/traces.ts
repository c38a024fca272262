import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { useRanged } from './queries.ts';

/** What a search for traces asks for; durations in nanoseconds. */
export interface TraceFilter {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly peer?: string | undefined;
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  readonly errors?: 'true' | undefined;
  readonly text?: string | undefined;
  readonly sort?: 'recent' | 'slowest' | undefined;
}

type Asked = { readonly [K in keyof TraceFilter]: NonNullable<TraceFilter[K]> };

export const useTraces = (filter: TraceFilter) => {
  const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Asked;
  return useRanged(['traces', JSON.stringify(asked)], (range, options) =>
    client.traces({ ...asked, ...range }, options),
  );
};

/** A trace is fetched once more while it may still grow. */
export const useTrace = (id: string) =>
  useQuery({
    queryKey: ['trace', id],
    queryFn: ({ signal }) => client.trace({ id }, { signal }),
    staleTime: 30_000,
  });
