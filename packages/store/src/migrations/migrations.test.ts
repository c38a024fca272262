import { timeRange } from '@sonde/model';
import { expect, test } from 'vitest';
import { connect, rowsOf } from '../client.ts';
import { openStore, temporaryFolder } from '../test-store.ts';
import { MIGRATIONS, migrate } from './migrate.ts';

const HOUR = 3600;
const DAY = 86_400;
const day = Math.floor(Date.now() / 1000 / DAY) * DAY - 2 * DAY;

/** Two days of rows, a row an hour and end, every tenth an error: bins of scale 5 with 1 and 4 durations. */
const OLD_ROWS = `
  INSERT INTO requests_10s (time, service, side, protocol, operation, target, status, error, peer, peer_address,
    count, errors, duration_sum, bins)
  SELECT toDateTime(${day} + number * ${HOUR}, 'UTC'), if(number % 2, 'shop', 'edge'), if(number % 2, 'server', 'client'),
    'http', 'GET', '/', if(number % 10 = 9, '503', '200'), if(number % 10 = 9, '503', ''), if(number % 2, '', 'shop'),
    '10.0.0.7', 5, if(number % 10 = 9, 5, 0), 5000000, map(-319, 1, 20, 4) FROM numbers(48)`;

/** A roll-up as number 11 once made it, without statuses. */
const FORMER_ROLL_UP = [
  'CREATE TABLE services_10s (name String, named UInt8) ENGINE = MergeTree ORDER BY name',
  `CREATE MATERIALIZED VIEW services_10s_from_requests_10s TO services_10s AS SELECT service AS name, 1 AS named
    FROM requests_10s`,
];

const OLD_METRICS = `
  INSERT INTO metrics (time, start, service, metric, kind, value)
  SELECT toDateTime(${day} + intDiv(number, 2) * ${HOUR}, 'UTC') AS at, at, 'sonde-agent',
    if(number % 2, 'sonde.agent.exchanges', 'sonde.agent.memory'), if(number % 2, 'delta', 'gauge'), 1 FROM numbers(96)`;

test('what was stored before comes along, once, whatever the last attempt left', async () => {
  using folder = temporaryFolder();
  const client = connect({ kind: 'embedded', path: `${folder.path}/clickhouse` });
  await migrate(
    client,
    MIGRATIONS.filter(({ id }) => id < 10),
  );
  for (const query of [...FORMER_ROLL_UP, OLD_ROWS, OLD_METRICS]) await client.command({ query });
  for (let attempt = 0; attempt < 2; attempt++) {
    await migrate(client);
    for (const grain of ['10s', '1m', '1h']) {
      const bins = await rowsOf(
        client,
        `SELECT DISTINCT mapKeys(bins) AS k, mapValues(bins) AS v FROM requests_${grain}`,
      );
      expect(bins).toEqual([{ k: [-638, 40, 41], v: [1, 2, 2] }]);
    }
    for (const tables of [
      ['services_10s', 'services_1m', 'services_5m', 'services_1h', 'services_1d'],
      ['endpoints_1m', 'endpoints_1h', 'endpoints_1d'],
      ['calls_1h', 'calls_1d'],
    ]) {
      for (const table of tables) {
        const sums = 'sum(count) AS count, sum(errors) AS errors, sum(duration_sum) AS time';
        const [seen] = await rowsOf(client, `SELECT ${sums}, sumMap(bins) AS bins FROM ${table}`);
        expect(seen, table).toEqual({
          count: 240,
          errors: 20,
          time: 240_000_000,
          bins: { '-638': 48, '40': 96, '41': 96 },
        });
      }
    }
    const counted = await rowsOf(client, 'SELECT metric, sum(value) AS sum FROM metrics_1h GROUP BY metric');
    expect(counted).toEqual([{ metric: 'sonde.agent.exchanges', sum: 48 }]);
    await client.command({ query: 'DELETE FROM migrations WHERE id >= 10' });
  }
  await client.close();
  await using store = await openStore(folder.path);
  const plan = store.plan(timeRange(day * 1000, (day + 2 * DAY) * 1000));
  const totals = await store.serviceTotals(plan);
  expect(totals.map(({ name, side, requests, errors }) => ({ name, side, requests, errors }))).toEqual([
    { name: 'shop', side: expect.any(String), requests: 120, errors: expect.any(Number) },
    { name: 'shop', side: expect.any(String), requests: 120, errors: expect.any(Number) },
  ]);
});
