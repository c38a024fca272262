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
  // A service may be an address, `192.0.2.7:5432`: links must be the same as what one types.
  pathParamsAllowedCharacters: [':'],
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
