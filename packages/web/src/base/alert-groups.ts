import type { Alert, AlertSubject } from '@sonde/api';

/** What alerts are about: a service with all its parts, or one part of it. */
export interface AlertScope {
  readonly service: string;
  readonly by?: AlertSubject;
  readonly part?: string;
}

type EndpointName = Readonly<Record<'operation' | 'target' | 'statement', string | undefined>>;

/** The part an alert of an endpoint names. */
export function endpointPart({ operation = '', target = '', statement = '' }: Partial<EndpointName>): string {
  return statement || `${operation} ${target}`.trim();
}

const keyOf = ({ service, by = 'service', part = '' }: AlertScope) => [service, by, part].join('\0');

export type AlertGroups = ReadonlyMap<string, readonly Alert[]>;

export const NO_ALERTS: AlertGroups = new Map();

/** Alerts by service and by part, so that each row of a table finds its own. */
export function groupAlerts(alerts: readonly Alert[]): AlertGroups {
  const groups = new Map<string, Alert[]>();
  const put = (key: string, alert: Alert) => {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  };
  for (const alert of alerts) {
    put(keyOf({ service: alert.service }), alert);
    if (alert.part !== '') put(keyOf(alert), alert);
  }
  return groups;
}

export function alertsOf(groups: AlertGroups, scope: AlertScope): readonly Alert[] {
  return groups.get(keyOf(scope)) ?? [];
}

const SEVERITY: readonly string[] = ['critical', 'warning', 'info'];

/** How bad it is now: the worst severity that fires, `resolved` where nothing does. */
export function worstOf(alerts: readonly Alert[]): string {
  const firing = alerts.filter(({ ended }) => ended === null).map(({ severity }) => severity);
  return SEVERITY.find((severity) => firing.includes(severity)) ?? 'resolved';
}
