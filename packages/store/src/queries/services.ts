import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf, sharedRowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { CALLS_OF_GRAIN, SERVICES_OF_GRAIN } from '../schema.ts';
import { SUMMED_COLUMNS, SUMS, type SumColumns, type Sums, sumsOf } from './measures.ts';
import { source, stepNumber } from './source.ts';
import { OTHER_END, OTHER_END_IS_NAMED } from './view.ts';

/** Requests to one service in one protocol, as one side saw them. */
export interface ServiceTotal extends Sums {
  readonly name: string;
  readonly side: Side;
  readonly protocol: string;
}

/** A list of all leaves out ends that nobody could name; the one asked for may be such an address. */
const only = (name: string | undefined) =>
  name === undefined ? { where: 'named', params: {} } : { where: 'name = {name:String}', params: { name } };

/** Totals of all services, or of the one named. */
export async function serviceTotals(client: ClickHouseClient, plan: Plan, service?: string): Promise<ServiceTotal[]> {
  const { where, params } = only(service);
  const columns = ['name', 'side', 'protocol', ...SUMMED_COLUMNS];
  const rows = await rowsOf<SumColumns & { name: string; side: Side; protocol: string }>(
    client,
    `SELECT /* totals of services */ name, side, protocol, ${SUMS}
    FROM ${source(plan.total, columns, where, { tables: SERVICES_OF_GRAIN })}
    GROUP BY name, side, protocol ORDER BY requests DESC`,
    params,
  );
  return rows.map((row) => ({ name: row.name, side: row.side, protocol: row.protocol, ...sumsOf(row) }));
}

/** From which side a service was seen: its own, else that of its callers; `null` where it was not seen. */
export async function sideOf(client: ClickHouseClient, plan: Plan, service: string): Promise<Side | null> {
  const [row] = await sharedRowsOf<{ side: Side }>(
    client,
    `SELECT /* side */ DISTINCT side FROM ${source(plan.total, ['side'], 'name = {name:String}', { tables: SERVICES_OF_GRAIN })}
    ORDER BY side`,
    { name: service },
  );
  return row?.side ?? null;
}

/** Names of all services that sent rows in the range, also of those that only call others; or of the one named, if it called. */
export async function serviceNames(client: ClickHouseClient, plan: Plan, service?: string): Promise<string[]> {
  const caller = service === undefined ? 'service' : `if(service = {name:String}, service, ${OTHER_END})`;
  const where =
    service === undefined ? `service != ''` : `service = {name:String} OR (side = 'server' AND ${OTHER_END_IS_NAMED})`;
  const rows = await rowsOf<{ caller: string }>(
    client,
    `SELECT /* names */ DISTINCT ${caller} AS caller
    FROM ${source(plan.total, ['service', 'peer', 'peer_address'], where, { tables: CALLS_OF_GRAIN })} ORDER BY caller`,
    service === undefined ? {} : { name: service },
  );
  return rows.map((row) => row.caller);
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
  const { where, params } = only(service);
  return rowsOf<{ name: string; side: Side; steps: number[]; requests: number[] }>(
    client,
    `SELECT /* sparklines */ name, side, groupArray(number) AS steps, groupArray(total) AS requests
    FROM (
      SELECT name, side, ${stepNumber(plan.from, step)} AS number, sum(count) AS total
      FROM ${source(plan.series, ['time', 'name', 'side', 'count'], where, { tables: SERVICES_OF_GRAIN, step: plan.step })}
      GROUP BY name, side, number
    )
    GROUP BY name, side`,
    params,
  );
}
