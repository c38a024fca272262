import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { rootRoute } from '../../data/root-route.ts';

export interface SlowSearch {
  /** The selected area: epoch milliseconds and nanoseconds. */
  areaFrom?: number;
  areaTo?: number;
  areaLow?: number;
  areaHigh?: number;
}

const number = (value: unknown) => {
  const read = Number(value ?? Number.NaN);
  return Number.isFinite(read) && read >= 0 ? read : undefined;
};

export const slowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/slow',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): SlowSearch => ({
    areaFrom: number(search.areaFrom),
    areaTo: number(search.areaTo),
    areaLow: number(search.areaLow),
    areaHigh: number(search.areaHigh),
  }),
  component: lazyRouteComponent(() => import('./slow-page.tsx'), 'SlowPage'),
});
