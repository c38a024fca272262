import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import { stepNumber } from './source.ts';
import { rowsOfView, type ServiceView } from './view.ts';

export interface StatusStep {
  readonly status: string;
  /** Number of the step from the start of the range. */
  readonly number: number;
  readonly requests: number;
  readonly errors: number;
}

/** Requests and errors of each status in each step. */
export async function statusSeries(client: ClickHouseClient, plan: Plan, view: ServiceView): Promise<StatusStep[]> {
  const columns = ['time', 'status', 'error', 'count', 'errors'];
  const { rows, params } = rowsOfView(view, plan.series, columns, plan.step);
  return rowsOf<StatusStep>(
    client,
    `SELECT /* statuses by step */ if(status = '', error, status) AS code, code AS status,
      ${stepNumber(plan.from, plan.step)} AS number, sum(count) AS requests, sum(errors) AS errors
    FROM ${rows}
    GROUP BY code, number ORDER BY number, code`,
    params,
  );
}
