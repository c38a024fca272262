import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { type AreaSearch, areaSearch } from '../../base/area.ts';
import { exactly, text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface EndpointSearch extends AreaSearch {
  protocol?: string;
  operation?: string;
  target?: string;
  statement?: string;
}

/** One endpoint of a service. */
export const endpointRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/endpoint',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): EndpointSearch => ({
    protocol: text(search, 'protocol'),
    operation: exactly(search, 'operation'),
    target: exactly(search, 'target'),
    statement: exactly(search, 'statement', 65_536),
    ...areaSearch(search),
  }),
  component: lazyRouteComponent(() => import('./endpoint-page.tsx'), 'EndpointPage'),
});

export interface InstanceSearch extends AreaSearch {
  instance?: string;
}

/** One instance of a service: a pod, a container, a process. */
export const instanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/instance',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): InstanceSearch => ({
    instance: text(search, 'instance', 1024),
    ...areaSearch(search),
  }),
  component: lazyRouteComponent(() => import('./instance-page.tsx'), 'InstancePage'),
});
