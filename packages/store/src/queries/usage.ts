import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source } from './source.ts';
import { conditionOf, isOwn, OTHER_END, type ServiceView } from './view.ts';

/** What the requests to a service are grouped by: what they worked on, what they did, or both. */
export const USAGE_KEYS = ['target', 'operation', 'target-operation'] as const;

export type UsageKey = (typeof USAGE_KEYS)[number];

export interface StatusCount {
  readonly status: string;
  /** `error.type`, '' where it was no error. */
  readonly error: string;
  readonly requests: number;
}

/** Requests to one table, key pattern, topic, method or name; a field that is not grouped by is ''. */
export interface UsageTotal extends Measures {
  readonly protocol: string;
  readonly target: string;
  readonly operation: string;
  /** Requests of each operation and of each other end, one without a name by its address. */
  readonly operations: Readonly<Record<string, number>>;
  readonly callers: Readonly<Record<string, number>>;
  readonly statuses: readonly StatusCount[];
  /** How many different statements. */
  readonly statements: number;
}

const COLUMNS = ['protocol', 'operation', 'target', 'statement', 'status', 'error', 'service', 'peer', 'peer_address'];

type Row = MeasureColumns & {
  protocol: string;
  group_target: string;
  group_operation: string;
  operations: Record<string, number>;
  callers: Record<string, number>;
  codes: Record<string, number>;
  statements: number;
};

/** Neither a status nor an error holds a line break. */
const BREAK = '\n';

function statusesOf(codes: Record<string, number>): StatusCount[] {
  return Object.entries(codes).map(([code, requests]) => {
    const [status, error] = code.split(BREAK, 2);
    return { status, error, requests };
  });
}

/** The groups with most requests first. */
export async function usageTotals(
  client: ClickHouseClient,
  plan: Plan,
  view: ServiceView,
  by: UsageKey,
  limit: number,
): Promise<UsageTotal[]> {
  const { where, params } = conditionOf(view);
  const target = by === 'operation' ? `''` : 'target';
  const operation = by === 'target' ? `''` : 'operation';
  const rows = await rowsOf<Row>(
    client,
    `SELECT /* usage by ${by} */ protocol, ${target} AS group_target, ${operation} AS group_operation, ${MEASURES},
      sumMap(map(operation, count)) AS operations,
      sumMap(map(${isOwn(view) ? OTHER_END : 'service'}, count)) AS callers,
      sumMap(map(concat(status, '\\n', error), count)) AS codes,
      uniqExactIf(statement, statement != '') AS statements
    FROM ${source(plan.total, [...COLUMNS, ...MEASURED_COLUMNS], where)}
    GROUP BY protocol, group_target, group_operation
    ORDER BY requests DESC, protocol, group_target, group_operation LIMIT ${limit}`,
    params,
  );
  return rows.map((row) => ({
    protocol: row.protocol,
    target: row.group_target,
    operation: row.group_operation,
    operations: row.operations,
    callers: row.callers,
    statuses: statusesOf(row.codes),
    statements: row.statements,
    ...measuresOf(row),
  }));
}
