import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TimeRange } from '../base/time.ts';
import { client } from './client.ts';
import { useExplain, useRange, useRefresh } from './settings.ts';

/** Without what is not given. */
export const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;

type Asked = TimeRange & { readonly explain?: string };

type Fetch<T> = (range: Asked, options: { readonly signal: AbortSignal }) => Promise<T>;

/** One answer of the API for the range in the URL, fetched again as the URL says; the last one stays while it loads. */
export function useRanged<T>(key: readonly string[], fetch: Fetch<T>) {
  const range = useRange();
  const refresh = useRefresh();
  const explain = useExplain() !== undefined;
  return useQuery<T>({
    queryKey: [...key, range.from, range.to, explain],
    queryFn: ({ signal }) => fetch(explain ? { ...range, explain: 'all' } : range, { signal }),
    refetchInterval: refresh > 0 && refresh * 1000,
    placeholderData: keepPreviousData,
  });
}

export const useServices = () => useRanged(['services'], client.services);

export const useService = (name: string) =>
  useRanged(['service', name], (range, options) => client.service({ name, ...range }, options));

export const useEndpoints = (name: string, slow: number | undefined) =>
  useRanged(['endpoints', name, String(slow)], (range, options) =>
    client.endpoints({ name, ...defined({ slow }), ...range }, options),
  );

export const useInstances = (name: string) =>
  useRanged(['instances', name], (range, options) => client.instances({ name, ...range }, options));

export const useHost = (host: string) =>
  useRanged(['host', host], (range, options) => client.host({ host, ...range }, options));

export const useServiceMap = () => useRanged(['map'], client.map);

export const useAgents = () => useRanged(['agents'], client.agents);

/** Since the server started; the range plays no part, but the refresh does. */
export const useImports = () => useRanged(['imports'], client.imports);
