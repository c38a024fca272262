import type { IconName } from '../widgets/icon.tsx';
import { agentsRoute } from './agents/route.ts';
import { alertsRoute } from './alerts/route.ts';
import { dashboardRoute, dashboardsRoute, serviceDashboardRoute } from './dashboards/route.ts';
import { errorRoute, errorsRoute, serviceErrorsRoute } from './errors/route.ts';
import { hostRoute } from './host/route.ts';
import { mapRoute } from './map/route.ts';
import { networkRoute } from './network/route.ts';
import { endpointRoute, instanceRoute } from './part/route.ts';
import { podsRoute } from './pods/route.ts';
import { endpointsRoute, serviceRoute } from './service/route.ts';
import { servicesRoute } from './services/route.ts';
import { slowRoute } from './slow/route.ts';
import { traceRoute } from './trace/route.ts';
import { tracesRoute } from './traces/route.ts';

/** A page is a folder with a `route.ts`, and one line here. */
export const routes = [
  servicesRoute,
  mapRoute,
  serviceRoute,
  endpointsRoute,
  podsRoute,
  endpointRoute,
  instanceRoute,
  serviceErrorsRoute,
  errorRoute,
  networkRoute,
  slowRoute,
  errorsRoute,
  tracesRoute,
  traceRoute,
  alertsRoute,
  dashboardsRoute,
  dashboardRoute,
  serviceDashboardRoute,
  agentsRoute,
  hostRoute,
] as const;

export interface NavigationItem {
  readonly to: (typeof routes)[number]['to'] &
    ('/' | '/map' | '/traces' | '/errors' | '/alerts' | '/dashboards' | '/agents');
  readonly label: 'services' | 'map' | 'traces' | 'errors' | 'alerts' | 'dashboards' | 'agents';
  readonly icon: IconName;
}

/** Pages reached from the navigation, in its order; the others are reached from a page. */
export const navigation: readonly NavigationItem[] = [
  { to: '/', label: 'services', icon: 'services' },
  { to: '/map', label: 'map', icon: 'map' },
  { to: '/traces', label: 'traces', icon: 'traces' },
  { to: '/errors', label: 'errors', icon: 'errors' },
  { to: '/alerts', label: 'alerts', icon: 'alerts' },
  { to: '/dashboards', label: 'dashboards', icon: 'dashboards' },
  { to: '/agents', label: 'agents', icon: 'agents' },
];
