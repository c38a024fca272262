import type { AlertRule, RouteInput } from '@sonde/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type AlertGroups, groupAlerts, NO_ALERTS } from '../base/alert-groups.ts';
import { client } from './client.ts';
import { useRanged } from './queries.ts';

const RULES = ['alert-rules'];

export const useAlerts = (service?: string) =>
  useRanged(['alerts', service ?? ''], (range, options) =>
    client.alerts({ ...(service === undefined ? {} : { service }), ...range }, options),
  );

/** The same by service and part; empty while they load. */
export function useAlertGroups(service?: string): AlertGroups {
  const alerts = useAlerts(service).data?.alerts;
  return useMemo(() => (alerts === undefined ? NO_ALERTS : groupAlerts(alerts)), [alerts]);
}

export const useAlertRules = () =>
  useQuery({ queryKey: RULES, queryFn: ({ signal }) => client.alertRules({}, { signal }), refetchInterval: 15_000 });

/** Changes of rules and silences; the list is read again after each. */
export function useAlertChanges() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: RULES });
  const put = useMutation({
    mutationFn: ({ id, rule }: { readonly id: string; readonly rule: AlertRule }) =>
      client.putAlertRule({ id, body: rule }),
    onSettled,
  });
  const remove = useMutation({ mutationFn: (id: string) => client.deleteAlertRule({ id }), onSettled });
  const silence = useMutation({
    mutationFn: (input: RouteInput<'putAlertSilence'>) => client.putAlertSilence(input),
    onSettled,
  });
  const unsilence = useMutation({ mutationFn: (id: string) => client.deleteAlertSilence({ id }), onSettled });
  return { put, remove, silence, unsilence };
}
