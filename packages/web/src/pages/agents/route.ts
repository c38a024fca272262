import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../data/root-route.ts';

export const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  component: lazyRouteComponent(() => import('./agents-page.tsx'), 'AgentsPage'),
});
