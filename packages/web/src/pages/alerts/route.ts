import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface AlertsSearch {
  service?: string;
  sort?: string;
}

export const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): AlertsSearch => ({
    service: text(search, 'service', 1024),
    sort: text(search, 'sort', 20),
  }),
  component: lazyRouteComponent(() => import('./alerts-page.tsx'), 'AlertsPage'),
});
