import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export const PRESETS = ['recent', 'slowest', 'errors'] as const;

export interface TracesSearch {
  service?: string;
  operation?: string;
  peer?: string;
  /** As typed: `250ms`. */
  min?: string;
  max?: string;
  text?: string;
  show?: (typeof PRESETS)[number];
  sort?: string;
}

export const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): TracesSearch => ({
    service: text(search, 'service', 1000),
    operation: text(search, 'operation', 4000),
    peer: text(search, 'peer', 1000),
    min: text(search, 'min', 20),
    max: text(search, 'max', 20),
    text: text(search, 'text', 1000),
    show: oneOf(search, 'show', PRESETS),
    sort: text(search, 'sort', 20),
  }),
  component: lazyRouteComponent(() => import('./traces-page.tsx'), 'TracesPage'),
});
