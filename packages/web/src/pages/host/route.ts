import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../data/root-route.ts';

/** One host: its agent, and what runs on it. */
export const hostRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/hosts/$host',
  component: lazyRouteComponent(() => import('./host-page.tsx'), 'HostPage'),
});
