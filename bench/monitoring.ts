/**
 * Service list, overview, map and panels over a store of 30 days of 200 services: what is kept by default, 10 s rows of the
 * last day, minutes of 14 days, hours of all. Prints one JSON object. Takes about 4 GB of disk and 15 minutes on 2 cores,
 * nearly all of it to generate the data; a folder given by `--data` keeps them for the next run.
 *
 * node bench/monitoring.ts [--services 200] [--days 30] [--calls 100] [--data folder]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generated } from './monitoring/generate.ts';
import { measureMonitoring } from './monitoring/measure.ts';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '200' },
    days: { type: 'string', default: '30' },
    calls: { type: 'string', default: '100' },
    data: { type: 'string' },
  },
});
const services = Number(values.services);
const path = values.data ?? mkdtempSync(join(tmpdir(), 'sonde-bench-'));
const started = performance.now();
const log = (text: string) => process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0)} s ${text}\n`);
const system = { services, requestsPerSecond: services, agents: 20 };
const data = await generated({ system, days: Number(values.days), path, log });
const result = await measureMonitoring({ data, calls: Number(values.calls), path, log });
if (values.data === undefined) rmSync(path, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
