import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Sonde</title>
<p>The pages are not built. Run <code>make web</code>, then reload. The API is at <a href="/api/v1/openapi.json">/api/v1</a>.`;

/** Files of the built pages; every other path gets the page itself, whose router knows what to show. */
export function webRoutes(root: string) {
  return async (app: FastifyInstance): Promise<void> => {
    if (!existsSync(join(root, 'index.html'))) {
      app.get('/*', async (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT));
      return;
    }
    await app.register(fastifyStatic, { root, wildcard: false, immutable: true, maxAge: '1y', index: false });
    app.get('/*', async (_request, reply) => reply.sendFile('index.html', { cacheControl: false }));
  };
}
