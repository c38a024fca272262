import type { TraceDetail, TraceSpan } from '@sonde/api';
import { useQuery } from '@tanstack/react-query';
import type { Area } from '../base/area.ts';
import { usualOf } from '../base/usual-trace.ts';
import { client } from './client.ts';
import { defined, useRanged } from './queries.ts';
import { useExplain } from './settings.ts';

/** What one span of a trace must be like. */
export interface SpanFilter {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly operation?: string | undefined;
  readonly peer?: string | undefined;
  readonly kind?: TraceSpan['kind'] | undefined;
  readonly errors?: 'true' | undefined;
  readonly text?: string | undefined;
}

/** What a search for traces asks for; durations in nanoseconds. */
export interface TraceFilter extends SpanFilter {
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  readonly sort?: 'recent' | 'slowest' | undefined;
  /** Most traces; the API's own number where it is absent. */
  readonly limit?: number;
}

/** Traces of the range in the URL, or of the area's. */
export const useTraces = (filter: TraceFilter, area: Area | null) => {
  const asked = defined(filter);
  const within = area && { from: Math.floor(area.areaFrom), to: Math.ceil(area.areaTo) };
  return useRanged(['traces', JSON.stringify([asked, within])], (range, options) =>
    client.traces({ ...asked, ...range, ...within }, options),
  );
};

export const useTraceHeatmap = (filter: SpanFilter, area: Area | null) => {
  const asked = { ...defined(filter), ...area };
  return useRanged(['trace heatmap', JSON.stringify(asked)], (range, options) =>
    client.traceHeatmap({ ...asked, ...range }, options),
  );
};

/** A trace is fetched once more while it may still grow. */
export function useTrace(id: string) {
  const explain = useExplain() !== undefined;
  return useQuery({
    queryKey: ['trace', id, explain],
    queryFn: ({ signal }) => client.trace({ id, ...(explain && { explain: 'all' }) }, { signal }),
    staleTime: 30_000,
    placeholderData: (last, query) => (query?.queryKey[1] === id ? last : undefined),
  });
}

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
