import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface ServicesSearch {
  /** Filter. */
  q?: string;
  /** Column, `-` before it for descending. */
  sort?: string;
}

export const servicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): ServicesSearch => ({
    q: text(search, 'q'),
    sort: text(search, 'sort', 20),
  }),
  component: lazyRouteComponent(() => import('./services-page.tsx'), 'ServicesPage'),
});
