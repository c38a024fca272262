import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../data/root-route.ts';

/** What the sockets of one service saw of TCP. */
export const networkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/network',
  component: lazyRouteComponent(() => import('./network-page.tsx'), 'NetworkPage'),
});
