import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../data/root-route.ts';

/** Pods, containers and processes of one service. */
export const podsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$name/pods',
  component: lazyRouteComponent(() => import('./pods-page.tsx'), 'PodsPage'),
});
