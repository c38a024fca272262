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

/** Selects the rows one service appears in, on either end; takes the parameter `name`. */
const CONCERNS = `service = {name:String} OR peer = {name:String}`;

const only = (name: string | undefined) => ({
  where: name === undefined ? '1' : CONCERNS,
  having: name === undefined ? `name != ''` : `name = {name:String}`,
  params: name === undefined ? {} : { name },
});

/** Totals of all services, or of the one named. */
export async function serviceTotals(client: ClickHouseClient, plan: Plan, service?: string): Promise<ServiceTotal[]> {
  const { where, having, params } = only(service);
  const rows = await rowsOf<MeasureColumns & { name: string; side: Side; protocol: string }>(
    client,
    `SELECT ${SERVED} AS name, side, protocol, ${MEASURES}
    FROM ${source(plan.total, ['service', 'peer', 'side', 'protocol', ...MEASURED_COLUMNS], where)}
    WHERE ${having} GROUP BY name, side, protocol ORDER BY requests DESC`,
    params,
  );
  return rows.map((row) => ({ name: row.name, side: row.side, protocol: row.protocol, ...measuresOf(row) }));
}

/** Names of all services that sent rows in the range, also of those that only call others; or of the one named. */
export async function serviceNames(client: ClickHouseClient, plan: Plan, service?: string): Promise<string[]> {
  const where = service === undefined ? `service != ''` : `service = {name:String}`;
  const rows = await rowsOf<{ service: string }>(
    client,
    `SELECT DISTINCT service FROM ${source(plan.total, ['service'], where)} ORDER BY service`,
    service === undefined ? {} : { name: service },
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

/** Requests per `step` seconds from the start of the range, for every service or the one named. */
export async function sparklines(
  client: ClickHouseClient,
  plan: Plan,
  step: number,
  service?: string,
): Promise<Sparkline[]> {
  const { where, having, params } = only(service);
  return rowsOf<{ name: string; side: Side; steps: number[]; requests: number[] }>(
    client,
    `SELECT name, side, groupArray(number) AS steps, groupArray(total) AS requests
    FROM (
      SELECT ${SERVED} AS name, side, ${stepNumber(plan.from, step)} AS number, sum(count) AS total
      FROM ${source(plan.series, ['time', 'service', 'peer', 'side', 'count'], where)}
      WHERE ${having} GROUP BY name, side, number
    )
    GROUP BY name, side`,
    params,
  );
}
