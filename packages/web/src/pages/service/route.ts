import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface ServiceSearch {
  /** Filter of the endpoints. */
  q?: string;
  sort?: string;
}

export const serviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): ServiceSearch => ({
    q: text(search, 'q'),
    sort: text(search, 'sort', 20),
  }),
  component: lazyRouteComponent(() => import('./service-page.tsx'), 'ServicePage'),
});
