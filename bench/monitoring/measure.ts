import { createClient } from '@sonde/api';
import { serverConfig, startServer } from '@sonde/server';
import { Store } from '@sonde/store';
import { connect, rowsOf } from '../../packages/store/src/client.ts';
import { DAY, fillByViews, repeatDays, type System } from './system.ts';

export interface Measuring {
  readonly system: System;
  readonly days: number;
  readonly calls: number;
  readonly path: string;
  readonly log: (text: string) => void;
}

/** For how long each resolution is kept by default, in days. */
const KEPT = { minutes: 14, metrics: 14 };

const RANGES = { '15m': 900, '1h': 3600, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY };

const daysBefore = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/**
 * A day of 10 s rows through all views, and that day again for each of the days before, at the resolutions that are kept
 * so long. Returns the end of the data, seconds since the epoch.
 */
async function generate({ path, system, days, log }: Measuring): Promise<number> {
  await (await Store.open({ path })).close();
  const database = connect({ kind: 'embedded', path: `${path}/clickhouse` });
  const end = Math.floor(Date.now() / 1000 / 3600) * 3600;
  const from = end - DAY;
  await fillByViews(database, system, from, end);
  log('a day of 10 s rows');
  const minutes = daysBefore(1, Math.min(days, KEPT.minutes));
  await repeatDays(database, ['requests_1m', 'services_1m', 'endpoints_1m', 'metrics'], from, minutes);
  log(`${minutes.length} days of minutes`);
  const hours = daysBefore(Math.min(days, KEPT.minutes), days);
  await repeatDays(database, ['services_1h', 'endpoints_1h'], from, hours);
  await repeatDays(database, ['requests_1h', 'calls_1h'], from, daysBefore(1, days));
  log(`${days} days of hours`);
  await database.close();
  return end;
}

async function sizes(path: string) {
  const database = connect({ kind: 'embedded', path: `${path}/clickhouse` });
  const rows = await rowsOf<{ table: string; rows: number; bytes: number }>(
    database,
    `SELECT table, sum(part.rows) AS rows, sum(part.bytes_on_disk) AS bytes FROM system.parts AS part
    WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC`,
  );
  await database.close();
  return rows;
}

const percentile = (values: readonly number[], q: number) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)]);

/** Milliseconds of calls through the API, one at a time, after one that is not counted; `cpu` is CPU time on average. */
async function timed(calls: number, call: () => Promise<unknown>) {
  await call();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    const at = performance.now();
    await call();
    times.push(performance.now() - at);
  }
  const { user, system } = process.cpuUsage(before);
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), cpu: Math.round((user + system) / 1000 / calls) };
}

/** Fills a store and asks the server on it what the pages ask. */
export async function measureMonitoring(measuring: Measuring) {
  const { path, system, days, calls, log } = measuring;
  const to = (await generate(measuring)) * 1000;
  const config = serverConfig.parse({ port: 0, intake: { port: 0 }, store: { path }, logLevel: 'warn' });
  const server = await startServer({ ...config, alerts: { ...config.alerts, enabled: false } });
  const api = createClient(server.url);
  const queriesMs: Record<string, Record<string, Awaited<ReturnType<typeof timed>>>> = {};
  const requests: Record<string, number> = {};
  for (const [name, seconds] of Object.entries({ ...RANGES, [`${days}d`]: days * DAY })) {
    if (seconds > days * DAY) continue;
    const range = { from: to - seconds * 1000, to };
    const service = { name: 'service-3', ...range };
    const database = { name: 'service-9', ...range };
    queriesMs[name] = {
      services: await timed(calls, () => api.services(range)),
      overview: await timed(calls, () => api.overview(service)),
      overviewOfDatabase: await timed(calls, () => api.overview(database)),
      endpoints: await timed(calls, () => api.endpoints(service)),
      panel: await timed(calls, () =>
        api.measure({ metric: 'latency', group: 'endpoint', service: 'service-3', ...range }),
      ),
      map: await timed(Math.min(calls, 10), () => api.map(range)),
    };
    const { services } = await api.services(range);
    requests[name] = services.reduce((sum, each) => sum + each.requests, 0);
    log(`${name}: ${JSON.stringify(queriesMs[name])}`);
  }
  await server.stop();
  const tables = await sizes(path);
  const sum = (key: 'rows' | 'bytes') => tables.reduce((all, each) => all + each[key], 0);
  return { ...system, days, calls, rows: sum('rows'), bytes: sum('bytes'), requests, queriesMs, tables };
}
