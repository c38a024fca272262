import type { ClickHouseClient } from '@clickhouse/client';
import type { Side } from '@sonde/model';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { CALLS_OF_GRAIN } from '../schema.ts';
import { SUMMED_COLUMNS, SUMS, type SumColumns, type Sums, sumsOf } from './measures.ts';
import { source } from './source.ts';
import { OTHER_END, OTHER_END_IS_NAMED } from './view.ts';

/** Calls between two ends in one protocol, as one side saw them. An end is a service, or an address without a name. */
export interface EdgeTotal extends Sums {
  readonly source: string;
  readonly target: string;
  readonly side: Side;
  readonly protocol: string;
}

const COLUMNS = ['service', 'peer', 'peer_address', 'side', 'protocol', ...SUMMED_COLUMNS];

/** Edges of the whole map, or of one service, with the busiest first. */
export async function edgeTotals(
  client: ClickHouseClient,
  plan: Plan,
  service?: string,
  limit = 20_000,
): Promise<EdgeTotal[]> {
  const of = service === undefined ? '1' : `service = {name:String} OR ${OTHER_END_IS_NAMED}`;
  const rows = await rowsOf<SumColumns & { source: string; target: string; side: Side; protocol: string }>(
    client,
    `WITH ${OTHER_END} AS other
    SELECT /* calls between services */ if(side = 'client', service, other) AS source, if(side = 'client', other, service) AS target,
      side, protocol, ${SUMS}
    FROM ${source(plan.total, COLUMNS, of, { tables: CALLS_OF_GRAIN })}
    WHERE source != '' AND target != ''
    GROUP BY source, target, side, protocol ORDER BY requests DESC, source, target LIMIT ${limit}`,
    service === undefined ? {} : { name: service },
  );
  return rows.map((row) => ({
    source: row.source,
    target: row.target,
    side: row.side,
    protocol: row.protocol,
    ...sumsOf(row),
  }));
}
