import { ApiError, type ErrorCodeName, openApi, parseRange, ROUTES, type Route, type rangeQuery } from '@sonde/api';
import type { TimeRange } from '@sonde/model';
import { recordQueries } from '@sonde/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Answers } from '../answers/answers.ts';
import { toApiError } from './errors.ts';

const BAD_QUERY: ErrorCodeName = 'SONDE_API_BAD_QUERY';

const parametersInBraces = /\{(\w+)\}/g;

/** What was sent, if it is of the form the route takes. Throws the error of `code`. */
function valid(schema: z.ZodObject, value: unknown, code: ErrorCodeName): Record<string, unknown> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ApiError(code, `${issue.path.join('.')}: ${issue.message}`, read.error.issues);
}

function inputOf(request: FastifyRequest, route: Route): Record<string, unknown> {
  return {
    ...(request.params as Record<string, string>),
    ...valid(route.query, request.query, BAD_QUERY),
    ...(route.body === undefined ? {} : { body: valid(route.body, request.body, route.badBody ?? BAD_QUERY) }),
  };
}

/** An answer with the queries behind it in its `meta`. */
async function explained(run: () => Promise<unknown>): Promise<unknown> {
  const { result, queries } = await recordQueries(run);
  const { meta, ...rest } = result as { meta?: object };
  return meta === undefined ? rest : { meta: { ...meta, explain: queries }, ...rest };
}

type AnyAnswer = (range: TimeRange, input: unknown) => Promise<unknown>;

/** The routes of the contract, and the OpenAPI document of them. */
export function apiRoutes(answers: Answers, version: string) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((thrown, request, reply) => {
      const error = toApiError(thrown, 'SONDE_API_BAD_QUERY');
      if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'request failed');
      return reply.code(error.status).send(error.toJSON());
    });
    for (const [name, route] of Object.entries(ROUTES)) {
      const answer = answers[name as keyof typeof ROUTES] as AnyAnswer;
      app.route({
        method: route.method,
        url: route.path.replace(parametersInBraces, ':$1'),
        handler: async (request) => {
          const input = inputOf(request, route);
          const range = parseRange(input as z.infer<typeof rangeQuery>, Date.now());
          return input.explain === undefined ? answer(range, input) : explained(() => answer(range, input));
        },
      });
    }
    const document = openApi(version);
    app.get('/api/v1/openapi.json', async () => document);
    app.all('/api/*', async (request) => {
      throw new ApiError('SONDE_API_NOT_FOUND', `there is no ${request.method} ${request.url.split('?', 1)[0]}`);
    });
  };
}
