import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source, stepNumber } from './source.ts';

/** A service as seen from one side: by itself, or by those that call it. */
export interface ServiceView {
  readonly name: string;
  readonly side: Side;
}

/** Selects the rows that count requests to the service; takes the parameter `name`. */
const SERVES: Record<Side, string> = {
  server: `side = 'server' AND service = {name:String}`,
  client: `side = 'client' AND peer = {name:String}`,
};

export interface StepTotal extends Measures {
  /** Number of the step from the start of the range. */
  readonly number: number;
}

export async function serviceSeries(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<StepTotal[]> {
  const rows = await rowsOf<MeasureColumns & { number: number }>(
    client,
    `SELECT ${stepNumber(plan.from, plan.step)} AS number, ${MEASURES}
    FROM ${source(plan.series, ['time', ...MEASURED_COLUMNS], SERVES[view.side])}
    GROUP BY number ORDER BY number`,
    { name: view.name },
  );
  return rows.map((row) => ({ number: row.number, ...measuresOf(row) }));
}

export interface StatusTotal {
  readonly status: string;
  readonly requests: number;
  readonly errors: number;
}

export async function serviceStatuses(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<StatusTotal[]> {
  return rowsOf<StatusTotal>(
    client,
    `SELECT status, sum(count) AS requests, sum(errors) AS errors
    FROM ${source(plan.total, ['status', 'count', 'errors'], SERVES[view.side])}
    GROUP BY status ORDER BY requests DESC, status`,
    { name: view.name },
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
  const key =
    view.side === 'server' ? `instance, host, container` : `peer_address AS instance, '' AS host, '' AS container`;
  const rows = await rowsOf<MeasureColumns & { instance: string; host: string; container: string }>(
    client,
    `SELECT ${key}, ${MEASURES}
    FROM ${source(plan.total, ['instance', 'host', 'container', 'peer_address', ...MEASURED_COLUMNS], SERVES[view.side])}
    GROUP BY ${view.side === 'server' ? 'instance, host, container' : 'peer_address'} ORDER BY requests DESC, 1 LIMIT 1000`,
    { name: view.name },
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
  limit = 5000,
): Promise<EndpointTotal[]> {
  const key = ['protocol', 'operation', 'target', 'statement'];
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
    `SELECT ${key.join(', ')}, ${MEASURES}, sumMap(map(status, count)) AS statuses
    FROM ${source(plan.total, [...key, 'status', ...MEASURED_COLUMNS], SERVES[view.side])}
    GROUP BY ${key.join(', ')} ORDER BY requests DESC, ${key.join(', ')} LIMIT ${limit}`,
    { name: view.name },
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
