import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export const ERROR_KINDS = ['http', 'protocol', 'network'] as const;

export interface ErrorsSearch {
  kind?: (typeof ERROR_KINDS)[number];
  q?: string;
  sort?: string;
}

const validateSearch = (search: Record<string, unknown> & SearchSchemaInput): ErrorsSearch => ({
  kind: oneOf(search, 'kind', ERROR_KINDS),
  q: text(search, 'q'),
  sort: text(search, 'sort', 20),
});

/** Errors of all services. */
export const errorsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/errors',
  validateSearch,
  component: lazyRouteComponent(() => import('./errors-page.tsx'), 'ErrorsPage'),
});

/** Errors one service made or met. */
export const serviceErrorsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/errors',
  validateSearch,
  component: lazyRouteComponent(() => import('./errors-page.tsx'), 'ServiceErrorsPage'),
});
