import { createRoute, lazyRouteComponent, type SearchSchemaInput } from '@tanstack/react-router';
import { text } from '../../base/search.ts';
import { rootRoute } from '../../data/root-route.ts';

export interface EndpointSearch {
  protocol?: string;
  operation?: string;
  target?: string;
  statement?: string;
}

const LONGEST = 1024;

/** A text that may be empty: an endpoint without an operation is not the same as any. */
function exact(search: Readonly<Record<string, unknown>>, key: string, longest: number): string | undefined {
  const value = search[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.slice(0, longest) : undefined;
}

/** One endpoint of a service. */
export const endpointRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/endpoint',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): EndpointSearch => ({
    protocol: text(search, 'protocol'),
    operation: exact(search, 'operation', LONGEST),
    target: exact(search, 'target', LONGEST),
    statement: exact(search, 'statement', 65_536),
  }),
  component: lazyRouteComponent(() => import('./endpoint-page.tsx'), 'EndpointPage'),
});

export interface InstanceSearch {
  instance?: string;
}

/** One instance of a service: a pod, a container, a process. */
export const instanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/instance',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): InstanceSearch => ({
    instance: text(search, 'instance', LONGEST),
  }),
  component: lazyRouteComponent(() => import('./instance-page.tsx'), 'InstancePage'),
});
