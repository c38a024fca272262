import { expect, test } from 'vitest';
import { openApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

test('describes each route with its parameters, answer and errors', () => {
  const document = JSON.parse(JSON.stringify(openApi('1.2.3')));
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Sonde', version: '1.2.3' } });
  expect(Object.keys(document.paths)).toEqual([...new Set(Object.values(ROUTES).map((route) => route.path))]);
  const { get } = document.paths['/api/v1/services/{name}'];
  expect(get.operationId).toBe('service');
  expect(get.parameters.map((parameter: { name: string; in: string }) => [parameter.name, parameter.in])).toEqual([
    ['name', 'path'],
    ['from', 'query'],
    ['to', 'query'],
    ['explain', 'query'],
  ]);
  const { schema } = get.responses[200].content['application/json'];
  expect(schema.properties.service.properties.latency.properties.p99).toEqual({ type: ['number', 'null'] });
  expect(get.responses.default.content['application/json'].schema.$ref).toBe('#/components/schemas/Error');
  expect(document.components.schemas.Error.properties.error.required).toEqual(['code', 'message', 'hint']);
  const rule = document.paths['/api/v1/alerts/rules/{id}'];
  expect(Object.keys(rule).sort()).toEqual(['delete', 'put']);
  expect(rule.put.requestBody.content['application/json'].schema.required).toEqual(['name', 'metric', 'threshold']);
});
