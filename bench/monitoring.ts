/**
 * Service list, overview, map and panels over a store of 30 days of 200 services: what is kept by default, 10 s rows of the
 * last day, minutes of 14 days, hours of all. Prints one JSON object. Takes about 4 GB of disk and 15 minutes on 2 cores.
 *
 * node bench/monitoring.ts [services] [days] [calls] [folder]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureMonitoring } from './monitoring/measure.ts';

const [services = 200, days = 30, calls = 100] = process.argv.slice(2, 5).map(Number);
const path = mkdtempSync(join(process.argv[5] ?? tmpdir(), 'sonde-bench-'));
const started = performance.now();
const log = (text: string) => process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0)} s ${text}\n`);
const system = { services, requestsPerSecond: services, agents: 20 };
const result = await measureMonitoring({ system, days, calls, path, log });
rmSync(path, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
