import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@sonde/api';
import { type SondeServer, serverConfig, startServer } from '@sonde/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNginx } from './nginx.ts';
import { observe } from './observe.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import type { Sink } from './sink.ts';
import { type Answer, count, REQUESTS } from './workload.ts';

const reason = captureSkipReason();
const SERVERS = ['node', 'python', 'nginx'] as const;
const list = JSON.stringify(REQUESTS);
const routeOf = new Map(REQUESTS.map(({ method, path, route }) => [`${method} ${path}`, route]));

/** Services of this test, as OTEL_SERVICE_NAME says. */
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

describe.skipIf(reason !== '')(`23 requests to each of three servers ${reason}`, () => {
  let server: SondeServer;
  let sink: Sink;
  const answers: Record<string, Answer[]> = {};
  const folder = mkdtempSync(join(tmpdir(), 'sonde-store-'));

  beforeAll(async () => {
    expect(REQUESTS).toHaveLength(23);
    const inside = new Sandbox();
    const outside = new Sandbox();
    server = await startServer(
      serverConfig.parse({
        port: 0,
        intake: { port: 0, grpcPort: 0 },
        store: { path: folder },
        logLevel: 'error',
      }),
    );
    const ports: Record<(typeof SERVERS)[number], number> = {
      node: Number(await inside.node('http-server.mjs', ['127.0.0.1', 0], named('node')).line()),
      python: Number(await inside.python('http_server.py', ['127.0.0.1', 0], named('python')).line()),
      nginx: 20_000 + (process.pid % 10_000),
    };
    const nginx = await startNginx(inside, ports.nginx);
    expect(nginx.child.exitCode).toBeNull();
    const strangers = Number(await outside.node('http-server.mjs', ['127.0.0.1', 0], named('stranger')).line());

    const observation = await observe(inside, {}, server.intakeUrl);
    const noise = outside.node('http-client.mjs', ['127.0.0.1', strangers, list], named('stranger'));
    const clients = SERVERS.map((name) =>
      inside.node('http-client.mjs', ['127.0.0.1', ports[name], list], named('client')),
    );
    for (const [i, client] of clients.entries()) {
      expect(await client.ended()).toBe(0);
      answers[SERVERS[i]] = client.lines.map((line) => JSON.parse(line));
    }
    expect(await noise.ended()).toBe(0);
    expect(noise.lines).toHaveLength(23);
    sink = await observation.finish();
    await inside[Symbol.asyncDispose]();
    await outside[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    await sink?.[Symbol.asyncDispose]();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the store holds exactly these services and counts', async () => {
    const client = createClient(server.url);
    const { services } = await client.services({ from: 'now-5m' });
    const seen = services
      .filter(({ requests }) => requests > 0)
      .map(({ name, requests, side }) => ({ name, requests, side }));
    expect(seen.sort((a, b) => a.name.localeCompare(b.name))).toEqual(
      ['nginx', 'node', 'python'].map((name) => ({ name, requests: 23, side: 'server' })),
    );
  });

  test.each(SERVERS)('%s: endpoints with status and bytes, from the API', async (name) => {
    const client = createClient(server.url);
    const { endpoints } = await client.endpoints({ name, from: 'now-5m' });
    const rows = endpoints.flatMap(({ operation, target, statuses }) =>
      Object.entries(statuses).map(([status, requests]) => [`${operation} ${target} ${status}`, requests] as const),
    );
    const expected = count(
      answers[name],
      ({ method, path, status }) => `${method} ${routeOf.get(`${method} ${path}`)} ${status}`,
    );
    expect(Object.fromEntries(rows)).toEqual(expected);
    const sum = (key: 'requestBytes' | 'responseBytes') =>
      answers[name].reduce((total, answer) => total + answer[key], 0);
    expect(endpoints.reduce((total, endpoint) => total + endpoint.requestBytes, 0)).toBe(sum('requestBytes'));
    expect(endpoints.reduce((total, endpoint) => total + endpoint.responseBytes, 0)).toBe(sum('responseBytes'));
  });

  describe.each(SERVERS)('%s: every single request', (name) => {
    const spansOf = (side: string) => {
      const servers = sink.spans.filter(({ service, spanKind }) => service === name && spanKind === 'server');
      const ids = new Set(servers.map(({ parentSpanId }) => parentSpanId));
      const spans = side === 'server' ? servers : sink.spans.filter(({ spanId }) => ids.has(spanId));
      return spans.sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
    };

    test.each(['server', 'client'])('seen from the %s: method, route, status, bytes, in order', (side) => {
      const seen = spansOf(side).map(({ service, attributes }) => ({
        service,
        method: attributes['http.request.method'],
        path: attributes['url.path'],
        route: attributes['http.route'],
        status: attributes['http.response.status_code'],
        requestBytes: attributes['sonde.request.bytes'],
        responseBytes: attributes['sonde.response.bytes'],
        complete: attributes['sonde.complete'],
      }));
      expect(seen).toEqual(
        answers[name].map(({ method, path, status, requestBytes, responseBytes }) => ({
          service: side === 'server' ? name : 'client',
          method,
          path: path.split('?')[0],
          route: routeOf.get(`${method} ${path}`),
          status,
          requestBytes,
          responseBytes,
          complete: true,
        })),
      );
    });

    test('the time seen lies within the time the client measured, and within 1 ms of it', () => {
      const durations = (side: string) =>
        spansOf(side).map(({ startTimeUnixNano, endTimeUnixNano }) => Number(endTimeUnixNano - startTimeUnixNano));
      const own = answers[name].map(({ duration }) => duration);
      const apart = durations('client').map((duration, i) => own[i] - duration);
      expect(apart).toHaveLength(23);
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(0);
      expect(apart.sort((a, b) => a - b)[11]).toBeLessThan(1_000_000);
      for (const [i, duration] of durations('server').entries()) expect(duration).toBeLessThanOrEqual(own[i]);
    });
  });

  test('nothing is seen from outside the scope', () => {
    expect(new Set(sink.spans.map(({ service }) => service))).toEqual(new Set(['node', 'python', 'nginx', 'client']));
    expect(sink.spans).toHaveLength(2 * 3 * 23);
    const names = sink.points.map(({ service }) => service).filter((service) => service !== 'sonde-agent');
    expect(new Set(names)).toEqual(new Set(['node', 'python', 'nginx', 'client']));
    expect(sink.total('sonde.agent.dropped')).toBe(0);
  });
});
