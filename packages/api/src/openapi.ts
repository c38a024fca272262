import { z } from 'zod';
import { ERRORS } from './errors.ts';
import { ROUTES, type Route } from './routes.ts';
import { errorResponse } from './schema.ts';

type Json = Record<string, unknown>;

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { target: 'draft-2020-12', io });
  return schema;
}

function parametersOf(route: Route): Json[] {
  const path = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = Object.entries(route.query.shape).map(([name, type]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(type as z.ZodType, 'input'),
  }));
  return [...path, ...query];
}

const json = (description: string, schema: Json) => ({ description, content: { 'application/json': { schema } } });

/** The contract as an OpenAPI 3.1 document. */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries(ROUTES)) {
    const body = (route as Route).body;
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        operationId,
        summary: route.summary,
        parameters: parametersOf(route),
        ...(body === undefined
          ? {}
          : { requestBody: { required: true, ...json('What to store', schemaOf(body, 'input')) } }),
        responses: {
          200: json('The answer', schemaOf(route.response, 'output')),
          default: json('An error with a stable code', { $ref: '#/components/schemas/Error' }),
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sonde', version, description: 'Times are epoch milliseconds, latencies nanoseconds, sizes bytes.' },
    paths,
    components: { schemas: { Error: { ...schemaOf(errorResponse, 'output'), 'x-codes': ERRORS } } },
  };
}
