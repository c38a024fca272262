import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source, stepNumber } from './source.ts';

/** Requests to one service in one protocol, as one side saw them. */
export interface ServiceTotal extends Measures {
  readonly name: string;
  readonly side: Side;
  readonly protocol: string;
}

/** The service a row counts requests for: its own on the server side, the one called on the client side. */
const SERVED = `if(side = 'server', service, peer)`;

export async function serviceTotals(client: ClickHouseClient, plan: Plan): Promise<ServiceTotal[]> {
  const rows = await rowsOf<MeasureColumns & { name: string; side: Side; protocol: string }>(
    client,
    `SELECT ${SERVED} AS name, side, protocol, ${MEASURES}
    FROM ${source(plan.total, ['service', 'peer', 'side', 'protocol', ...MEASURED_COLUMNS])}
    WHERE name != '' GROUP BY name, side, protocol ORDER BY requests DESC`,
  );
  return rows.map((row) => ({ name: row.name, side: row.side, protocol: row.protocol, ...measuresOf(row) }));
}

/** Names of all services that sent rows in the range, also of those that only call others. */
export async function serviceNames(client: ClickHouseClient, plan: Plan): Promise<string[]> {
  const rows = await rowsOf<{ service: string }>(
    client,
    `SELECT DISTINCT service FROM ${source(plan.total, ['service'])} WHERE service != '' ORDER BY service`,
  );
  return rows.map((row) => row.service);
}

export interface Sparkline {
  readonly name: string;
  readonly side: Side;
  /** Step number and requests in it; steps without requests are absent. */
  readonly steps: readonly number[];
  readonly requests: readonly number[];
}

/** Requests per `step` seconds from the start of the range, for every service. */
export async function sparklines(client: ClickHouseClient, plan: Plan, step: number): Promise<Sparkline[]> {
  return rowsOf<{ name: string; side: Side; steps: number[]; requests: number[] }>(
    client,
    `SELECT name, side, groupArray(number) AS steps, groupArray(total) AS requests
    FROM (
      SELECT ${SERVED} AS name, side, ${stepNumber(plan.from, step)} AS number, sum(count) AS total
      FROM ${source(plan.series, ['time', 'service', 'peer', 'side', 'count'])}
      WHERE name != '' GROUP BY name, side, number
    )
    GROUP BY name, side`,
  );
}
