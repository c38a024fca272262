import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { oneOf, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

/** Ways to look at a trace, in the order of their keys 1 to 7. */
export const TRACE_VIEWS = ['waterfall', 'flame', 'services', 'operations', 'calls', 'logs', 'compare'] as const;

export type TraceViewName = (typeof TRACE_VIEWS)[number];

/** Name of the query behind all that is shown of a trace. */
export const TRACE_QUERY = 'spans of the trace';

export interface TraceSearch {
  view?: TraceViewName;
  /** The span whose details are shown. */
  span?: string;
  q?: string;
  /** What part is shown, as `viewText` writes it. */
  zoom?: string;
  /** Folded rows, as `foldText` writes them; of a link that was copied. */
  fold?: string;
  /** The service whose spans stand out. */
  light?: string;
  critical?: 'off';
  sort?: string;
  /** Id of the trace this one is held against. */
  with?: string;
}

export const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces/$id',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): TraceSearch => ({
    view: oneOf(search, 'view', TRACE_VIEWS),
    span: text(search, 'span', 16),
    q: text(search, 'q'),
    zoom: text(search, 'zoom', 40),
    fold: text(search, 'fold', 2000),
    light: text(search, 'light', 1000),
    critical: oneOf(search, 'critical', ['off']),
    sort: text(search, 'sort', 20),
    with: text(search, 'with', 32),
  }),
  component: lazyRouteComponent(() => import('./trace-page.tsx'), 'TracePage'),
});
