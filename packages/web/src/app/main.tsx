import './styles.ts';
import { ApiError } from '@sonde/api';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { routes } from '../pages/index.ts';
import { router } from './router.ts';

/** What the API refused it refuses again; what did not arrive may arrive the next time. */
const retry = (failures: number, error: Error) =>
  failures < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);

/** A server on the loopback interface answers whether or not the browser thinks it is online. */
const networkMode = 'always';

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 4_000, retry, retryDelay: 500, networkMode } },
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

/** With the first page up, the others are fetched too, so that they open even when the server is away. */
setTimeout(() => {
  for (const route of routes) void router.loadRouteChunk(route)?.catch(() => undefined);
}, 1500);
