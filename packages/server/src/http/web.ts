import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Sonde</title>
<p>The pages are not built. Run <code>make build</code>, then start again.
The API is at <a href="/api/v1/openapi.json">/api/v1</a>.`;

/** Folder of files whose names change with their content. */
const HASHED = '/assets/';

/** Files of the built pages; every other path gets the page itself, whose router knows what to show. */
export function webRoutes(root: string) {
  return async (app: FastifyInstance): Promise<void> => {
    if (!existsSync(join(root, 'index.html'))) {
      app.get('/*', async (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT));
      return;
    }
    await app.register(fastifyStatic, {
      root,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(join(root, HASHED));
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.header('x-content-type-options', 'nosniff');
      },
    });
    app.setNotFoundHandler((request, reply) => {
      if (request.method !== 'GET' || request.url.startsWith(HASHED)) return reply.code(404).send();
      return reply.sendFile('index.html');
    });
  };
}
