import { ApiError, openApi, parseRange, ROUTES, type Route } from '@sonde/api';
import type { TimeRange } from '@sonde/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Answers } from '../answers/answers.ts';
import { toApiError } from './errors.ts';

const parametersInBraces = /\{(\w+)\}/g;

function rangeOf(request: FastifyRequest, route: Route): TimeRange {
  const query = route.query.safeParse(request.query);
  if (!query.success) {
    const [issue] = query.error.issues;
    throw new ApiError('SONDE_API_BAD_QUERY', `${issue.path.join('.')}: ${issue.message}`, query.error.issues);
  }
  return parseRange(query.data as z.infer<typeof ROUTES.services.query>, Date.now());
}

/** The routes of the contract, and the OpenAPI document of them. */
export function apiRoutes(answers: Answers, version: string) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((thrown, request, reply) => {
      const error = toApiError(thrown, 'SONDE_API_BAD_QUERY');
      if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'request failed');
      return reply.code(error.status).send(error.toJSON());
    });
    for (const [name, route] of Object.entries(ROUTES)) {
      const answer = answers[name as keyof typeof ROUTES];
      app.get(route.path.replace(parametersInBraces, ':$1'), async (request) =>
        answer(rangeOf(request, route), request.params as { name: string }),
      );
    }
    const document = openApi(version);
    app.get('/api/v1/openapi.json', async () => document);
    app.all('/api/*', async (request) => {
      throw new ApiError('SONDE_API_NOT_FOUND', `there is no ${request.method} ${request.url.split('?', 1)[0]}`);
    });
  };
}
