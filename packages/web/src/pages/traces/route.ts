import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { type AreaSearch, areaSearch } from '../../base/area.ts';
import { oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export const PRESETS = ['recent', 'slowest', 'errors'] as const;

export const SPAN_KINDS = ['server', 'client', 'producer', 'consumer', 'internal'] as const;

export interface TracesSearch extends AreaSearch {
  service?: string;
  operation?: string;
  peer?: string;
  kind?: (typeof SPAN_KINDS)[number];
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
    kind: oneOf(search, 'kind', SPAN_KINDS),
    min: text(search, 'min', 20),
    max: text(search, 'max', 20),
    text: text(search, 'text', 1000),
    show: oneOf(search, 'show', PRESETS),
    sort: text(search, 'sort', 20),
    ...areaSearch(search),
  }),
  component: lazyRouteComponent(() => import('./traces-page.tsx'), 'TracesPage'),
});
