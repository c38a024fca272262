import { HISTOGRAM_SCALE } from '@sonde/model';
import type { connect } from '../../packages/store/src/client.ts';

export type Database = ReturnType<typeof connect>;

/** A system that is made up. */
export interface System {
  readonly services: number;
  /** Requests to all services together, in a second on average over the day. */
  readonly requestsPerSecond: number;
  readonly agents: number;
}

const ENDPOINTS = 10;
const INSTANCES = 2;
const CALLERS = 3;
const STATUSES = 3;
const SIDES = 2;
const PARTS = ENDPOINTS * INSTANCES * CALLERS * STATUSES * SIDES;

/** Series times intervals tried in one statement. */
const CHUNK = 40_000_000;

const INTERVAL = 10;

const sumOfShares = (count: number) => Array.from({ length: count }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);

/**
 * Rows of 10 s from `from` on. Each service has endpoints, instances, callers and statuses of unequal weight, is busier by
 * day than by night, and is seen by itself and by its callers; one in ten is a database that only its callers see. A row
 * says how many requests its series had in the interval, and series without any have none.
 */
function rowsSql({ services, requestsPerSecond }: System, from: number, intervals: number): string {
  const series = services * PARTS;
  const perOctave = 2 ** HISTOGRAM_SCALE;
  return `
    WITH number % ${series} AS s, ${from} + intDiv(number, ${series}) * ${INTERVAL} AS at,
      s % ${services} AS n, intDiv(s, ${services}) AS p,
      p % ${ENDPOINTS} AS e, intDiv(p, ${ENDPOINTS}) % ${INSTANCES} AS i,
      intDiv(p, ${ENDPOINTS * INSTANCES}) % ${CALLERS} AS c,
      intDiv(p, ${ENDPOINTS * INSTANCES * CALLERS}) % ${STATUSES} AS st,
      intDiv(p, ${ENDPOINTS * INSTANCES * CALLERS * STATUSES}) > 0 AS is_client,
      n % 10 = 9 AS is_database, (n * 7 + c * 31 + 1) % ${services} AS caller,
      ${(requestsPerSecond * INTERVAL) / INSTANCES / CALLERS / sumOfShares(services) / sumOfShares(ENDPOINTS)}
        / (n + 1) / (e + 1) * [0.97, 0.02, 0.01][st + 1] * (1 + 0.5 * sin(2 * pi() * at / 86400)) AS expected,
      toUInt64(floor(expected + (sipHash64(s, at) % 1000000) / 1e6)) AS requests,
      toInt16(-10 * ${perOctave} + sipHash64(n, e) % ${5 * perOctave}) AS fastest,
      least(requests, ${perOctave}) AS used
    SELECT toDateTime(at, 'UTC') AS time,
      if(is_client, concat('service-', toString(caller)), concat('service-', toString(n))) AS service,
      if(is_client, 'client', 'server') AS side,
      if(is_database, 'postgresql', 'http') AS protocol,
      if(is_database, 'SELECT', ['GET', 'POST', 'PUT'][e % 3 + 1]) AS operation,
      if(is_database, concat('table_', toString(e)), concat('/endpoint/', toString(e), '/{id}')) AS target,
      if(is_database, concat('SELECT * FROM table_', toString(e), ' WHERE id = ?'), '') AS statement,
      ['200', '404', '503'][st + 1] AS status, ['', '', '503'][st + 1] AS error,
      if(is_client, concat('service-', toString(n)), concat('service-', toString(caller))) AS peer,
      if(is_client, concat('10.0.', toString(n), '.', toString(i), ':8080'), concat('10.0.', toString(caller), '.0')) AS peer_address,
      if(is_client, concat('service-', toString(caller), '-0'), concat('service-', toString(n), '-', toString(i))) AS instance,
      concat('node-', toString(if(is_client, caller, n + i) % 20)) AS host,
      '' AS container,
      requests AS count, if(st = 2, requests, 0) AS errors,
      toUInt64(requests * exp2((fastest + ${perOctave}) / ${perOctave}) * 1e9) AS duration_sum,
      mapFromArrays(arrayMap(j -> toInt16(fastest + intDiv(j * ${2 * perOctave}, used)), range(used)),
        arrayMap(j -> intDiv(requests, used) + (j < requests % used), range(used))) AS bins,
      0 AS queue_wait_sum, requests * 300 AS request_bytes, requests * 2000 AS response_bytes
    FROM numbers(${series * intervals}) WHERE requests > 0 AND NOT (is_database AND NOT is_client)`;
}

/** What agents say of themselves, as far as pages ask for it with every answer. */
function metricsSql({ agents }: System, from: number, intervals: number): string {
  const names = ['sonde.agent.exchanges', 'sonde.agent.dropped', 'sonde.agent.dropped', 'sonde.agent.dropped'];
  const causes = ['', 'ring_full', 'series_limit', 'spool_full'];
  return `
    WITH number % ${agents} AS a, intDiv(number, ${agents}) % ${names.length} AS m,
      ${from} + intDiv(number, ${agents * names.length}) * ${INTERVAL} AS at
    SELECT toDateTime(at + ${INTERVAL}, 'UTC'), toDateTime(at, 'UTC'), 'sonde-agent', concat('agent-', toString(a)),
      concat('node-', toString(a)), [${names.map((name) => `'${name}'`).join(', ')}][m + 1], '1', 'delta',
      if(m = 0, map(), map('cause', [${causes.map((cause) => `'${cause}'`).join(', ')}][m + 1])), if(m = 0, 1000, 0)
    FROM numbers(${agents * names.length * intervals})`;
}

/** What instances say of themselves, once for the whole time. */
function resourcesSql({ services }: System, from: number, to: number): string {
  return `
    WITH number % ${services} AS n, intDiv(number, ${services}) AS i
    SELECT concat('service-', toString(n)), concat('service-', toString(n), '-', toString(i)),
      toDateTime(${from}, 'UTC'), toDateTime(${to}, 'UTC'),
      map('host.name', concat('node-', toString((n + i) % 20)), 'process.pid', toString(1000 + number),
        'process.executable.name', 'server', 'process.command_line', concat('/usr/bin/server --name service-', toString(n)),
        'k8s.namespace.name', 'shop', 'k8s.pod.name', concat('service-', toString(n), '-', toString(i)))
    FROM numbers(${services * INSTANCES}) WHERE n % 10 != 9`;
}

/** Fills [from, to) with rows of 10 s, through every view there is. Bounds are multiples of 10, seconds since the epoch. */
export async function fillByViews(database: Database, system: System, from: number, to: number): Promise<void> {
  const atOnce = Math.max(1, Math.floor(CHUNK / (system.services * PARTS)));
  for (let at = from; at < to; at += atOnce * INTERVAL) {
    const intervals = Math.min(atOnce, (to - at) / INTERVAL);
    await database.command({ query: `INSERT INTO requests_10s ${rowsSql(system, at, intervals)}` });
  }
  await database.command({ query: `INSERT INTO metrics ${metricsSql(system, from, (to - from) / INTERVAL)}` });
  await database.command({ query: `INSERT INTO resources ${resourcesSql(system, from, to)}` });
}

/** Copies the rows of [from, from + a day) of tables that fill no other of these to the days before. */
export async function repeatDays(database: Database, tables: readonly string[], from: number, days: readonly number[]) {
  for (const table of tables) {
    const moved = table === 'metrics' ? ', start - {back:UInt32} AS start' : '';
    for (const day of days) {
      await database.command({
        query: `INSERT INTO ${table} SETTINGS optimize_on_insert = 0 SELECT * REPLACE (time - {back:UInt32} AS time${moved}) FROM (SELECT * FROM ${table}
          WHERE time >= toDateTime(${from}, 'UTC') AND time < toDateTime(${from + DAY}, 'UTC'))`,
        query_params: { back: day * DAY },
      });
    }
  }
}

export const DAY = 86_400;
