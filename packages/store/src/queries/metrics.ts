import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf, sharedRowsOf } from '../client.ts';
import { hoursOf, type Plan, type Segment } from '../resolution.ts';
import { inOneOf } from './source.ts';

/** One metric of one instance over the range, per attribute set. */
export interface MetricTotal {
  readonly instance: string;
  readonly host: string;
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sum: number;
  readonly last: number;
  /** Seconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** How much time the intervals took together, in seconds. */
  readonly covered: number;
}

export async function metricTotals(
  client: ClickHouseClient,
  plan: Plan,
  service: string,
  metrics?: readonly string[],
): Promise<MetricTotal[]> {
  const only = metrics === undefined ? '' : 'AND metric IN {metrics:Array(String)}';
  return sharedRowsOf<MetricTotal>(
    client,
    `SELECT /* agents' own numbers */ instance, argMax(host, time) AS host, metric, unit, attributes, sum(value) AS sum,
      argMax(value, time) AS last, toUnixTimestamp(min(start)) AS firstSeen, toUnixTimestamp(max(time)) AS lastSeen,
      sum(toUnixTimestamp(time) - toUnixTimestamp(start)) AS covered
    FROM metrics
    WHERE service = {service:String} AND time >= toDateTime(${plan.from}, 'UTC')
      AND time < toDateTime(${plan.to}, 'UTC') ${only}
    GROUP BY instance, metric, unit, attributes ORDER BY instance, metric`,
    metrics === undefined ? { service } : { service, metrics },
  );
}

/** Sums of some metrics of all instances together, of those that count what happened between two reports. */
export async function metricSums(
  client: ClickHouseClient,
  plan: Plan,
  service: string,
  metrics: readonly string[],
): Promise<Pick<MetricTotal, 'metric' | 'sum'>[]> {
  const { hours, ends } = hoursOf(plan);
  const rows = (table: string, segments: readonly Segment[], where: string) => `
    SELECT metric, value FROM ${table}
    WHERE service = {service:String} AND metric IN {metrics:Array(String)} AND (${inOneOf(segments)}) AND ${where}`;
  const parts = [
    ...(hours === null ? [] : [rows('metrics_1h', [hours], '1')]),
    ...(ends.length === 0 ? [] : [rows('metrics', ends, `kind = 'delta'`)]),
  ];
  return sharedRowsOf(
    client,
    `SELECT /* what was counted and lost */ metric, sum(value) AS sum FROM (${parts.join(' UNION ALL ')}) GROUP BY metric`,
    { service, metrics },
  );
}

/** What instances of a service said of themselves. */
export interface ResourceInfo {
  readonly instance: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export async function resourcesOf(client: ClickHouseClient, service: string): Promise<ResourceInfo[]> {
  return rowsOf<ResourceInfo>(
    client,
    `SELECT instance, toUnixTimestamp(min(first_seen)) AS firstSeen, toUnixTimestamp(max(last_seen)) AS lastSeen,
      argMax(attributes, last_seen) AS attributes
    FROM (SELECT instance, first_seen, last_seen, attributes FROM resources WHERE service = {service:String})
    GROUP BY instance ORDER BY instance`,
    { service },
  );
}
