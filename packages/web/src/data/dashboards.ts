import type { Dashboard, Panel } from '@sonde/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from './client.ts';
import type { PartFilter } from './monitoring.ts';
import { defined, useRanged } from './queries.ts';

const ALL = ['dashboards'];

/** The service a dashboard is looked at for, or a part of it. */
export type Scope = PartFilter & { readonly service?: string | undefined };

export const useDashboards = () =>
  useQuery({ queryKey: ALL, queryFn: ({ signal }) => client.dashboards({}, { signal }) });

export const useDashboard = (id: string) =>
  useQuery({ queryKey: [...ALL, id], queryFn: ({ signal }) => client.dashboard({ id }, { signal }) });

/** Changes of dashboards; what is shown is read again after each. */
export function useDashboardChanges() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ALL });
  const put = useMutation({
    mutationFn: ({ id, body }: { readonly id: string; readonly body: Dashboard }) => client.putDashboard({ id, body }),
    onSettled,
  });
  const remove = useMutation({ mutationFn: (id: string) => client.deleteDashboard({ id }), onSettled });
  return { put, remove };
}

/** The numbers of a panel; what the page is about goes before the panel's own filter. */
export function useMeasurement({ metric, percentiles, apdex, slow, group, top, filter }: Panel, scope: Scope) {
  const asked = defined({ metric, percentiles, apdex, slow, group, top, ...filter, ...defined(scope) });
  return useRanged(['measure', JSON.stringify(asked)], (range, options) =>
    client.measure({ metric, ...asked, ...range }, options),
  );
}

export const newId = (): string => crypto.getRandomValues(new Uint32Array(2)).join('').slice(0, 16);
