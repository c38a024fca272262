import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { ApiError, createClient, type MapNode, type ServiceRow } from './index.ts';

let server: Server;
let url = '';
let answer: { status: number; body: string } = { status: 200, body: '{}' };
const asked: string[] = [];
const sent: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.on('data', (chunk) => sent.push(String(chunk)));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('puts parameters into the path and the query, and gives the types of the routes', async () => {
  const client = createClient(url);
  await client.services({});
  await client.service({ name: 'a/b c?', from: 'now-1h', to: 5 });
  await client.endpoints({ name: 'x' });
  expect(asked).toEqual([
    'GET /api/v1/services',
    'GET /api/v1/services/a%2Fb%20c%3F?from=now-1h&to=5',
    'GET /api/v1/services/x/endpoints',
  ]);
  expectTypeOf(client.services).returns.resolves.toHaveProperty('services').toEqualTypeOf<ServiceRow[]>();
  expectTypeOf(client.map).returns.resolves.toHaveProperty('nodes').toEqualTypeOf<MapNode[]>();
  expectTypeOf(client.service).parameter(0).toHaveProperty('name').toEqualTypeOf<string>();
});

test('sends bodies as JSON where the route takes one', async () => {
  asked.length = 0;
  const client = createClient(url);
  await client.putAlertSilence({ id: 'a', body: { until: 5 } });
  await client.deleteAlertSilence({ id: 'a' });
  expect([asked, sent]).toEqual([
    ['PUT /api/v1/alerts/silences/a', 'DELETE /api/v1/alerts/silences/a'],
    ['{"until":5}'],
  ]);
});

test('throws what the server says went wrong, and says so where it is no Sonde server', async () => {
  const client = createClient(url);
  answer = { status: 404, body: JSON.stringify(new ApiError('SONDE_API_NOT_FOUND', 'no x', { a: 1 })) };
  await expect(client.services({})).rejects.toMatchObject({
    code: 'SONDE_API_NOT_FOUND',
    message: 'no x',
    details: { a: 1 },
  });
  for (const other of [
    { status: 502, body: '<html>' },
    { status: 500, body: '{"error":"x"}' },
    { status: 200, body: 'x' },
  ]) {
    answer = other;
    await expect(client.services({})).rejects.toMatchObject({ code: 'SONDE_API_INTERNAL' });
  }
});

test('can be aborted', async () => {
  await expect(createClient(url).services({}, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});
