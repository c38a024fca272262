/**
 * Intake and queries of the server with 200 services over 15 minutes: 10 endpoints with 2 statuses each on the server
 * side and one caller each, a row per series and 10 s, sent as agents send it. Prints one JSON object.
 *
 * node bench/store.ts [services]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@sonde/api';
import { ATTR, binOf, durationMetric, HISTOGRAM_SCALE } from '@sonde/model';
import { encodeMetrics, type MetricsData, type ResourceMetrics } from '@sonde/otlp';
import { serverConfig, startServer } from '@sonde/server';
import { connect, rowsOf } from '../packages/store/src/client.ts';

const SERVICES = Number(process.argv[2] ?? 200);
const ENDPOINTS = 10;
const BUCKETS = 90;
const SENDERS = 4;

const path = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
const config = serverConfig.parse({ port: 0, intake: { port: 0, grpcPort: 0 }, store: { path }, logLevel: 'warn' });
const server = await startServer(config);
const from = Math.floor(Date.now() / 10_000) * 10 - BUCKETS * 10;

function resource(service: number, side: 'server' | 'client', time: number): ResourceMetrics {
  const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };
  const series = side === 'server' ? ENDPOINTS * 2 : 1;
  const points = Array.from({ length: series }, (_, i) => {
    const offset = binOf(1e6 * (1 + (service % 50) + i));
    const bucketCounts = Array.from({ length: 30 }, (__, bin) => (bin * 7 + i + service) % 5);
    const count = bucketCounts.reduce((sum, each) => sum + each, 0);
    const attributes = {
      [ATTR.protocolName]: 'http',
      [ATTR.side]: side,
      [ATTR.operation]: 'GET',
      [ATTR.target]: `/endpoint/${i >> 1}`,
      [ATTR.status]: i % 2 ? '500' : '200',
      ...(i % 2 ? { [ATTR.errorType]: '500' } : {}),
      [ATTR.peerService]: `service-${(service + 1) % SERVICES}`,
    };
    return {
      attributes,
      ...times,
      count,
      sum: count * 0.002,
      scale: HISTOGRAM_SCALE,
      zeroCount: 0,
      positive: { offset, bucketCounts },
    };
  });
  const data = { kind: 'exponential-histogram', temporality: 'delta', points } as const;
  return {
    resource: { attributes: { [ATTR.serviceName]: `service-${service}`, [ATTR.hostName]: `node-${service % 10}` } },
    scopeMetrics: [
      { scope: { name: 'bench', version: '' }, metrics: [{ name: durationMetric('http', side), unit: 's', data }] },
    ],
  };
}

/** One export: all services of a tenth of the hosts in one interval. */
function exportOf(bucket: number, host: number): Uint8Array<ArrayBuffer> {
  const services = Array.from({ length: SERVICES }, (_, i) => i).filter((i) => i % 10 === host);
  const time = from + bucket * 10;
  const resourceMetrics = services.flatMap((i) => [resource(i, 'server', time), resource(i, 'client', time)]);
  const data: MetricsData = { kind: 'metrics', resourceMetrics };
  return encodeMetrics(data) as Uint8Array<ArrayBuffer>;
}

const percentile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];

const jobs = Array.from({ length: BUCKETS * 10 }, (_, i) => [Math.floor(i / 10), i % 10] as const);
const posted: number[] = [];
const cpuBefore = process.cpuUsage();
const started = performance.now();
await Promise.all(
  Array.from({ length: SENDERS }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const body = exportOf(...job);
      const at = performance.now();
      const headers = { 'content-type': 'application/x-protobuf', 'x-sonde-batch': `bench/${job[0] * 10 + job[1]}` };
      const response = await fetch(`${server.intakeUrl}/v1/metrics`, { method: 'POST', headers, body });
      if (response.status === 503) {
        // As an agent does when the store is busy: the same batch again, a little later.
        await response.arrayBuffer();
        jobs.push(job);
        await sleep(500);
        continue;
      }
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      await response.arrayBuffer();
      posted.push(performance.now() - at);
    }
  }),
);
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const rows = SERVICES * (ENDPOINTS * 2 + 1) * BUCKETS;

const api = createClient(server.url);
const range = { from: from * 1000, to: (from + BUCKETS * 10) * 1000 };
const calls = {
  services: () => api.services(range),
  service: () => api.service({ name: 'service-7', ...range }),
  endpoints: () => api.endpoints({ name: 'service-7', ...range }),
  map: () => api.map(range),
};
const latency: Record<string, { p50: number; p95: number }> = {};
for (const [name, call] of Object.entries(calls)) {
  const times: number[] = [];
  for (let i = 0; i < 33; i++) {
    const at = performance.now();
    await call();
    if (i >= 3) times.push(performance.now() - at);
  }
  latency[name] = { p50: Math.round(percentile(times, 0.5)), p95: Math.round(percentile(times, 0.95)) };
}
await server.stop();

const database = connect({ kind: 'embedded', path: join(path, 'clickhouse') });
const filled = await rowsOf<{ table: string }>(
  database,
  'SELECT DISTINCT table FROM system.parts WHERE active AND database = currentDatabase() AND rows > 100',
);
for (const { table } of filled) await database.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
const tables = await rowsOf<{ table: string; rows: number; bytesPerRow: number }>(
  database,
  `SELECT table, sum(part.rows) AS rows, round(sum(part.bytes_on_disk) / sum(part.rows), 1) AS bytesPerRow
  FROM system.parts AS part WHERE active AND database = currentDatabase() AND part.rows > 100 GROUP BY table ORDER BY table`,
);
await database.close();
rmSync(path, { recursive: true, force: true });

const result = {
  services: SERVICES,
  rows,
  intake: {
    rowsPerSecond: Math.round(rows / seconds),
    cpuMicrosecondsPerRow: Number(((cpu.user + cpu.system) / rows).toFixed(1)),
    acknowledgedMs: { p50: Math.round(percentile(posted, 0.5)), p95: Math.round(percentile(posted, 0.95)) },
  },
  queriesMs: latency,
  tables,
  rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
