import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeMetrics, decodeTraces, type MetricsData, type Span, type TracesData } from '@sonde/otlp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forward } from './forward.ts';
import { Connection, frames, pcap } from './packets.case.ts';

const folder = mkdtempSync(join(tmpdir(), 'sonde-forward-'));
const capture = join(folder, 'a.pcap');
const EXCHANGES = 23;

const metrics: MetricsData[] = [];
const traces: TracesData[] = [];
let server: Server;
let url: URL;

beforeAll(async () => {
  const connection = new Connection();
  const packets = connection.open();
  for (let i = 0; i < EXCHANGES; i++) {
    packets.push(connection.send('client', 'GET /a HTTP/1.1\r\n\r\n'));
    packets.push(connection.send('server', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  }
  writeFileSync(capture, pcap(frames(packets).map((frame, index) => ({ ...frame, at: index * 1_000_000 }))));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = gunzipSync(Buffer.concat(chunks));
      if (request.headers.authorization !== 'Bearer secret') response.writeHead(401);
      else if (request.url === '/v1/metrics') metrics.push(decodeMetrics(body));
      else traces.push(decodeTraces(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function spans(): Span[] {
  return traces.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap((one) => one.scopeSpans.flatMap((two) => two.spans)),
  );
}

function counts(service: string): number {
  let total = 0;
  for (const { resourceMetrics } of metrics) {
    for (const { resource, scopeMetrics } of resourceMetrics) {
      if (resource.attributes['service.name'] !== service) continue;
      for (const { data } of scopeMetrics.flatMap((scope) => scope.metrics)) {
        if (data.kind === 'exponential-histogram') for (const point of data.points) total += Number(point.count);
      }
    }
  }
  return total;
}

it('sends every exchange as both ends saw it, as if it happened now', async () => {
  const report = await forward([capture], { server: url, token: 'secret', keepTimes: false });
  expect(report).toMatchObject({ exchanges: EXCHANGES, dropped: new Map() });
  expect(counts('198.51.100.2:80')).toBe(EXCHANGES);
  expect(counts('192.0.2.1')).toBe(EXCHANGES);
  const all = spans();
  expect(all.length).toBe(2 * EXCHANGES);
  expect(new Set(all.map(({ attributes }) => attributes['sonde.observed']))).toEqual(new Set(['network']));
  const ages = all.map(({ startTimeUnixNano }) => Date.now() / 1000 - Number(startTimeUnixNano / 1_000_000_000n));
  expect(Math.max(...ages)).toBeLessThan(120);
  expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
  const ids = new Map(all.map((span) => [span.spanId, span]));
  const parents = all.filter(({ spanKind }) => spanKind === 'server').map(({ parentSpanId }) => ids.get(parentSpanId));
  expect(parents.every((parent) => parent?.spanKind === 'client')).toBe(true);
});

it('keeps the times of the capture where asked', async () => {
  traces.length = 0;
  await forward([capture], { server: url, token: 'secret', keepTimes: true });
  const starts = spans().map(({ startTimeUnixNano }) => startTimeUnixNano);
  expect(starts.toSorted()[0]).toBe(1_700_000_003_000_000_000n);
});

it('says that nobody takes it', async () => {
  const wrong = forward([capture], { server: url, token: 'wrong', keepTimes: false });
  await expect(wrong).rejects.toMatchObject({
    code: 'SONDE_REPLAY_SERVER',
    message: expect.stringContaining('http_401'),
  });
  const away = forward([capture], { server: new URL('http://127.0.0.1:1'), token: null, keepTimes: false });
  await expect(away).rejects.toMatchObject({
    code: 'SONDE_REPLAY_SERVER',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});
