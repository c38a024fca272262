import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface ServiceSearch {
  /** Filter of the endpoints. */
  q?: string;
  sort?: string;
}

const validateSearch = (search: Record<string, unknown> & SearchSchemaInput): ServiceSearch => ({
  q: text(search, 'q'),
  sort: text(search, 'sort', 20),
});

export const serviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name',
  validateSearch,
  component: lazyRouteComponent(() => import('./service-page.tsx'), 'ServicePage'),
});

/** All endpoints of one service. */
export const endpointsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/endpoints',
  validateSearch,
  component: lazyRouteComponent(() => import('./endpoints-page.tsx'), 'EndpointsPage'),
});
