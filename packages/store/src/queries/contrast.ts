import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { source } from './source.ts';
import { conditionOf, type ServiceView } from './view.ts';

/** A part of a heatmap: times in seconds since the epoch, half-open; bins of the model, both included. */
export interface Area {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** How many requests with a value of an attribute lie inside of an area and outside of it. */
export interface ContrastTotal {
  readonly attribute: 'endpoint' | 'instance' | 'host' | 'caller' | 'status';
  readonly value: string;
  readonly inside: number;
  readonly outside: number;
}

const ATTRIBUTES = `[
  ('endpoint', if(statement != '', statement, trim(concat(operation, ' ', target)))),
  ('instance', if(side = 'server', instance, peer_address)),
  ('host', if(side = 'server', host, '')),
  ('caller', if(side = 'server', if(peer = '', peer_address, peer), service)),
  ('status', status)]`;

const COLUMNS = [
  'time',
  'service',
  'side',
  'operation',
  'target',
  'statement',
  'status',
  'instance',
  'host',
  'peer',
  'peer_address',
  'bins',
];

export async function contrastTotals(
  client: ClickHouseClient,
  plan: Plan,
  view: ServiceView,
  area: Area,
): Promise<ContrastTotal[]> {
  const { where, params } = conditionOf(view);
  return rowsOf<ContrastTotal>(
    client,
    `SELECT /* inside and outside of the area */ pair.1 AS attribute, pair.2 AS value, sum(within) AS inside, sum(total - within) AS outside
    FROM (
      SELECT ${ATTRIBUTES} AS pairs, arraySum(mapValues(bins)) AS total,
        if(time >= toDateTime(${area.from}, 'UTC') AND time < toDateTime(${area.to}, 'UTC'),
          arraySum(mapValues(mapFilter((bin, n) -> bin >= ${area.low} AND bin <= ${area.high}, bins))), 0) AS within
      FROM ${source(plan.series, COLUMNS, where)}
    )
    ARRAY JOIN pairs AS pair
    WHERE pair.2 != ''
    GROUP BY attribute, value ORDER BY inside DESC, attribute, value LIMIT 500`,
    params,
  );
}
