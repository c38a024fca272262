import { ApiError } from '@sonde/api';
import type { Store } from '@sonde/store';
import type { FastifyInstance } from 'fastify';
import { within } from '../intake/admission.ts';

/** How long the store may take to answer, in ms. */
const PATIENCE = 2000;

/** Whether the store answers now. */
export async function isHealthy(store: Pick<Store, 'ping'>): Promise<boolean> {
  return within(PATIENCE, store.ping()).catch(() => false);
}

/** `GET /healthz`: 200 where the store answers, else 503 with SONDE_STORE_UNAVAILABLE; needs no token. */
export function healthRoutes(store: Pick<Store, 'ping'>) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/healthz', async (_request, reply) => {
      if (await isHealthy(store)) return { status: 'ok' };
      const error = new ApiError('SONDE_STORE_UNAVAILABLE');
      return reply.code(error.status).send(error.toJSON());
    });
  };
}
