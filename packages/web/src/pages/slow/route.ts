import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { type AreaSearch, areaSearch } from '../../base/area.ts';
import { rootRoute } from '../../data/root-route.ts';

export const slowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/slow',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): AreaSearch => areaSearch(search),
  component: lazyRouteComponent(() => import('./slow-page.tsx'), 'SlowPage'),
});
