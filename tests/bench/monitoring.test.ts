/** The benchmark of service monitoring in small: a day of 10 services. What it fills a store with must be what pages say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from '../../bench/monitoring/generate.ts';
import { measureMonitoring } from '../../bench/monitoring/measure.ts';

test('a day of 10 services, and the day before', { timeout: 180_000 }, async () => {
  const path = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  try {
    const system = { services: 10, requestsPerSecond: 4, agents: 2 };
    const log = () => {};
    const data = await generated({ system, days: 2, path, log });
    const seen = await measureMonitoring({ data, calls: 1, path, log });
    expect(Object.keys(seen.queriesMs)).toEqual(['15m', '1h', '24h', '2d']);
    const perDay = 86_400 * system.requestsPerSecond;
    // One of ten is a database; all are counted once, whichever side saw them.
    expect(seen.requests['24h'] / perDay).toBeGreaterThan(0.97);
    expect(seen.requests['24h'] / perDay).toBeLessThan(1.03);
    expect(seen.requests['2d'] / seen.requests['24h']).toBeCloseTo(2, 3);
    expect(seen.requests['15m']).toBeLessThan(seen.requests['1h']);
    expect(seen.requests['1h']).toBeLessThan(seen.requests['24h'] / 10);
    const rows = Object.fromEntries(seen.tables.map((table) => [table.table, table.rows]));
    for (const [fine, coarse] of [
      ['requests_10s', 'requests_1h'],
      ['requests_1m', 'endpoints_1m'],
      ['endpoints_1m', 'services_1m'],
      ['services_1m', 'services_1h'],
      ['services_1h', 'services_1d'],
      ['calls_1h', 'calls_1d'],
    ])
      expect(rows[fine], `${fine} and ${coarse}`).toBeGreaterThan(rows[coarse]);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
});
