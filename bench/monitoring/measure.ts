import { createClient } from '@sonde/api';
import { serverConfig, startServer } from '@sonde/server';
import { RETENTION } from '@sonde/store';
import { connect, rowsOf } from '../../packages/store/src/client.ts';
import type { Generated } from './generate.ts';
import { DAY } from './system.ts';

export interface Measuring {
  readonly data: Generated;
  readonly calls: number;
  readonly path: string;
  readonly log: (text: string) => void;
}

/** A store that was filled some days ago is measured as it was. */
const FOR_EVER = Object.fromEntries(
  Object.keys(RETENTION).map((table) => [table, { seconds: 10_000 * DAY, bytes: 2 ** 50 }]),
);

const RANGES = { '15m': 900, '1h': 3600, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY };

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

/** Asks the server on a filled store what the pages ask. */
export async function measureMonitoring({ data: { system, days, end }, calls, path, log }: Measuring) {
  const to = end * 1000;
  const config = serverConfig.parse({
    port: 0,
    intake: { port: 0, grpcPort: 0 },
    store: { path, retention: FOR_EVER },
    logLevel: 'warn',
  });
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
