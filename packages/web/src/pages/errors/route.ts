import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { exactly, oneOf, text } from '../../base/search.ts';
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

export interface ErrorSearch {
  /** Who saw it. */
  side?: 'server' | 'client';
  protocol?: string;
  operation?: string;
  target?: string;
  statement?: string;
  status?: string;
  error?: string;
}

/** One error at one endpoint of the service that was asked. */
export const errorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/error',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): ErrorSearch => ({
    side: oneOf(search, 'side', ['server', 'client']),
    protocol: text(search, 'protocol'),
    operation: exactly(search, 'operation'),
    target: exactly(search, 'target'),
    statement: exactly(search, 'statement', 65_536),
    status: exactly(search, 'status'),
    error: exactly(search, 'error'),
  }),
  component: lazyRouteComponent(() => import('./error-page.tsx'), 'ErrorPage'),
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
