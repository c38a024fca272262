import { ALERT_SUBJECTS, type AlertSubject, SEVERITIES } from '@sonde/api';
import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export const ALERT_STATES = ['firing', 'resolved'] as const;

export interface AlertsSearch {
  service?: string;
  /** What `part` is, and its name. */
  by?: AlertSubject;
  part?: string;
  /** Id of a rule. */
  rule?: string;
  severity?: (typeof SEVERITIES)[number];
  state?: (typeof ALERT_STATES)[number];
  q?: string;
  sort?: string;
}

export const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): AlertsSearch => ({
    service: text(search, 'service', 1024),
    by: oneOf(search, 'by', ALERT_SUBJECTS),
    part: text(search, 'part', 65_536),
    rule: text(search, 'rule', 64),
    severity: oneOf(search, 'severity', SEVERITIES),
    state: oneOf(search, 'state', ALERT_STATES),
    q: text(search, 'q'),
    sort: text(search, 'sort', 20),
  }),
  component: lazyRouteComponent(() => import('./alerts-page.tsx'), 'AlertsPage'),
});
