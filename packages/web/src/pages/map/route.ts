import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { integer, oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export const FILLS = ['errors', 'latency', 'requests'] as const;

export interface MapSearch {
  fill?: (typeof FILLS)[number];
  /** Id of the node whose surroundings are drawn. */
  focus?: string;
  hops?: number;
}

export const mapRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/map',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): MapSearch => ({
    fill: oneOf(search, 'fill', FILLS),
    focus: text(search, 'focus'),
    hops: integer(search, 'hops', 1, 5),
  }),
  component: lazyRouteComponent(() => import('./map-page.tsx'), 'MapPage'),
});
