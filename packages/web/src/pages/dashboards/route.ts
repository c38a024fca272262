import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { exactly, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

/** All dashboards. */
export const dashboardsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards',
  component: lazyRouteComponent(() => import('./dashboards-page.tsx'), 'DashboardsPage'),
});

export interface DashboardSearch {
  /** Whom a dashboard of a kind of service is looked at for. */
  service?: string;
  /** `1` while it is being changed. */
  edit?: string;
}

export const dashboardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards/$id',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): DashboardSearch => ({
    service: text(search, 'service', 1024),
    edit: text(search, 'edit', 1),
  }),
  component: lazyRouteComponent(() => import('./dashboard-page.tsx'), 'DashboardPage'),
});

export interface ServiceDashboardSearch {
  protocol?: string;
  operation?: string;
  target?: string;
  statement?: string;
  instance?: string;
}

/** The dashboards of a service's kind, of that service or a part of it. */
export const serviceDashboardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/dashboard',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): ServiceDashboardSearch => ({
    protocol: text(search, 'protocol'),
    operation: exactly(search, 'operation'),
    target: exactly(search, 'target'),
    statement: exactly(search, 'statement', 65_536),
    instance: text(search, 'instance', 1024),
  }),
  component: lazyRouteComponent(() => import('./service-dashboard-page.tsx'), 'ServiceDashboardPage'),
});
