import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source, stepNumber } from './source.ts';
import { conditionOf, rowsOfView, type ServiceView } from './view.ts';

export interface StepTotal extends Measures {
  /** Number of the step from the start of the range. */
  readonly number: number;
}

export async function serviceSeries(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<StepTotal[]> {
  const { rows: from, params } = rowsOfView(view, plan.series, ['time', ...MEASURED_COLUMNS], plan.step);
  const rows = await rowsOf<MeasureColumns & { number: number }>(
    client,
    `SELECT /* steps of the view */ ${stepNumber(plan.from, plan.step)} AS number, ${MEASURES}
    FROM ${from}
    GROUP BY number ORDER BY number`,
    params,
  );
  return rows.map((row) => ({ number: row.number, ...measuresOf(row) }));
}

export interface StatusTotal {
  readonly status: string;
  readonly requests: number;
  readonly errors: number;
}

export async function serviceStatuses(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<StatusTotal[]> {
  const { rows, params } = rowsOfView(view, plan.total, ['status', 'count', 'errors']);
  return rowsOf<StatusTotal>(
    client,
    `SELECT /* statuses */ status, sum(count) AS requests, sum(errors) AS errors
    FROM ${rows}
    GROUP BY status ORDER BY requests DESC, status`,
    params,
  );
}

export interface InstanceTotal extends Measures {
  readonly instance: string;
  readonly host: string;
  readonly container: string;
}

/** Instances of the service; seen from its callers an instance is the address they called. */
export async function serviceInstances(
  client: ClickHouseClient,
  plan: Plan,
  view: ServiceView,
): Promise<InstanceTotal[]> {
  const { where, params } = conditionOf(view);
  const key =
    view.side === 'server' ? `instance, host, container` : `peer_address AS instance, '' AS host, '' AS container`;
  const rows = await rowsOf<MeasureColumns & { instance: string; host: string; container: string }>(
    client,
    `SELECT /* instances */ ${key}, ${MEASURES}
    FROM ${source(plan.total, ['instance', 'host', 'container', 'peer_address', ...MEASURED_COLUMNS], where)}
    GROUP BY ${view.side === 'server' ? 'instance, host, container' : 'peer_address'} ORDER BY requests DESC, 1 LIMIT 50000`,
    params,
  );
  return rows.map((row) => ({
    instance: row.instance,
    host: row.host,
    container: row.container,
    ...measuresOf(row),
  }));
}

export interface EndpointTotal extends Measures {
  readonly protocol: string;
  readonly operation: string;
  readonly target: string;
  readonly statement: string;
  readonly statuses: Readonly<Record<string, number>>;
}

export async function serviceEndpoints(
  client: ClickHouseClient,
  plan: Plan,
  view: ServiceView,
  limit = 50_000,
): Promise<EndpointTotal[]> {
  const key = ['protocol', 'operation', 'target', 'statement'];
  const { rows: from, params } = rowsOfView(view, plan.total, [...key, 'status', ...MEASURED_COLUMNS]);
  const rows = await rowsOf<
    MeasureColumns & {
      protocol: string;
      operation: string;
      target: string;
      statement: string;
      statuses: Record<string, number>;
    }
  >(
    client,
    `SELECT /* endpoints */ ${key.join(', ')}, ${MEASURES}, sumMap(map(status, count)) AS statuses
    FROM ${from}
    GROUP BY ${key.join(', ')} ORDER BY requests DESC, ${key.join(', ')} LIMIT ${limit}`,
    params,
  );
  return rows.map((row) => ({
    protocol: row.protocol,
    operation: row.operation,
    target: row.target,
    statement: row.statement,
    statuses: row.statuses,
    ...measuresOf(row),
  }));
}

/** All of the view in one; `null` where it saw nothing. */
export async function viewTotal(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<Measures | null> {
  const { rows, params } = rowsOfView(view, plan.total, MEASURED_COLUMNS);
  const [row] = await rowsOf<MeasureColumns>(client, `SELECT /* sum of the view */ ${MEASURES} FROM ${rows}`, params);
  return row === undefined || row.requests === 0 ? null : measuresOf(row);
}
