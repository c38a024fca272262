import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface TraceSearch {
  /** The span whose details are shown. */
  span?: string;
  q?: string;
}

export const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces/$id',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): TraceSearch => ({
    span: text(search, 'span', 16),
    q: text(search, 'q'),
  }),
  component: lazyRouteComponent(() => import('./trace-page.tsx'), 'TracePage'),
});
