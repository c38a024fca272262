import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source } from './source.ts';
import { conditionOf, OTHER_END, type ServiceView } from './view.ts';

/**
 * What a service's requests can be split by. The caller's service, instance and host are known where the callers are
 * watched (client side); a server knows the caller's name or address at most.
 */
export const BREAKDOWNS = ['caller', 'caller-instance', 'caller-host', 'instance', 'host', 'container'] as const;

export type Breakdown = (typeof BREAKDOWNS)[number];

export const BREAKDOWN_KEYS: Record<Breakdown, Record<ServiceView['side'], string>> = {
  caller: { server: OTHER_END, client: 'service' },
  'caller-instance': { server: 'peer_address', client: 'instance' },
  'caller-host': { server: 'peer_address', client: 'host' },
  instance: { server: 'instance', client: 'peer_address' },
  host: { server: 'host', client: 'peer_address' },
  container: { server: 'container', client: 'peer_address' },
};

export interface BreakdownTotal extends Measures {
  readonly key: string;
}

const COLUMNS = ['service', 'instance', 'host', 'container', 'peer', 'peer_address'];

export async function breakdownTotals(
  client: ClickHouseClient,
  plan: Plan,
  view: ServiceView,
  by: Breakdown,
  limit = 10_000,
): Promise<BreakdownTotal[]> {
  const { where, params } = conditionOf(view);
  const rows = await rowsOf<MeasureColumns & { key: string }>(
    client,
    `SELECT /* requests by ${by} */ ${BREAKDOWN_KEYS[by][view.side]} AS key, ${MEASURES}
    FROM ${source(plan.total, [...COLUMNS, ...MEASURED_COLUMNS], where)}
    GROUP BY key ORDER BY requests DESC, key LIMIT ${limit}`,
    params,
  );
  return rows.map((row) => ({ key: row.key, ...measuresOf(row) }));
}
