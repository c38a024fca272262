import { createRouter } from '@tanstack/react-router';
import { rootRoute } from '../data/root-route.ts';
import { routes } from '../pages/index.ts';
import { Crash, NotFound } from './fallback.tsx';
import { Shell } from './shell.tsx';

export const router = createRouter({
  routeTree: rootRoute.update({ component: Shell }).addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: Crash,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
