import type { TraceDetail } from '@sonde/api';
import { useQuery } from '@tanstack/react-query';
import { usualOf } from '../base/usual-trace.ts';
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

const MOST_LOGS = 1000;

/** The oldest logs of a trace, or of one of its spans. */
export const useTraceLogs = (id: string, span?: string) =>
  useQuery({
    queryKey: ['logs', id, span],
    queryFn: ({ signal }) => client.traceLogs({ id, limit: MOST_LOGS, ...(span ? { span } : {}) }, { signal }),
    staleTime: 30_000,
  });

/** How long before and after a trace others of its endpoint are looked for, in milliseconds. */
const AROUND = 15 * 60_000;

/** A usual trace of the endpoint that a trace begins with. */
export const useUsualTrace = ({ id, start, spans }: TraceDetail) => {
  const root = spans.find(({ link }) => link === null) ?? spans[0];
  return useQuery({
    queryKey: ['usual trace', id],
    queryFn: async ({ signal }) => {
      const [from, to] = [Math.floor(start - AROUND), Math.ceil(start + AROUND)];
      const { traces } = await client.traces(
        { service: root.service, operation: root.name, from, to, limit: 200 },
        { signal },
      );
      return usualOf(
        traces.filter((trace) => trace.root.service === root.service && trace.root.name === root.name),
        id,
      );
    },
    staleTime: 60_000,
  });
};
