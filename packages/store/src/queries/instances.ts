import type { ClickHouseClient } from '@clickhouse/client';
import { rowsOf } from '../client.ts';
import type { Plan } from '../resolution.ts';
import type { PodRow } from '../rows.ts';
import { MEASURED_COLUMNS, MEASURES, type MeasureColumns, type Measures, measuresOf } from './measures.ts';
import { source } from './source.ts';

/** Instances tell of themselves once a minute at least while they have traffic, and a little after it: in seconds. */
export const TELL_EVERY = 60;

/** What an instance of a service said of itself, seen in the range. Times in seconds since the epoch, 0 where unknown. */
export interface InstanceSeen {
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  readonly container: string;
  readonly containerName: string;
  readonly pod: string;
  readonly namespace: string;
  readonly pid: string;
  readonly executable: string;
  readonly command: string;
  /** When the process that leads it started. */
  readonly started: number;
  readonly lastSeen: number;
}

/** Which instances: of one service, on one host, or all. */
export interface InstanceScope {
  readonly service?: string | undefined;
  readonly host?: string | undefined;
}

function scopeOf({ service, host }: InstanceScope, hostColumn: string) {
  const where = [
    ...(service === undefined ? [] : ['service = {service:String}']),
    ...(host === undefined ? [] : [`${hostColumn} = {host:String}`]),
  ];
  const params = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
  return { where: where.join(' AND ') || '1', params };
}

export async function instancesSeen(
  client: ClickHouseClient,
  plan: Plan,
  scope: InstanceScope = {},
  limit = 50_000,
): Promise<InstanceSeen[]> {
  const { where, params } = scopeOf(scope, `facts['host.name']`);
  return rowsOf<InstanceSeen>(
    client,
    `SELECT /* what instances said of themselves */ service, instance, facts['host.name'] AS host,
      facts['container.id'] AS container, facts['container.name'] AS containerName, facts['k8s.pod.name'] AS pod,
      facts['k8s.namespace.name'] AS namespace, facts['process.pid'] AS pid,
      facts['process.executable.name'] AS executable, facts['process.command_line'] AS command,
      toUnixTimestamp(parseDateTimeBestEffortOrZero(facts['process.creation.time'])) AS started,
      toUnixTimestamp(latest) AS lastSeen
    FROM (
      SELECT service, instance, min(first_seen) AS earliest, max(last_seen) AS latest,
        argMax(attributes, last_seen) AS facts
      FROM resources GROUP BY service, instance
    )
    WHERE latest >= toDateTime(${plan.from - TELL_EVERY}, 'UTC') AND earliest < toDateTime(${plan.to + TELL_EVERY}, 'UTC')
      AND ${where}
    ORDER BY service, instance LIMIT ${limit}`,
    params,
  );
}

/** A process that led an instance. Times in seconds since the epoch. */
export interface InstanceStart {
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  readonly host: string;
  readonly command: string;
  readonly started: number;
  readonly lastSeen: number;
}

/** Starts of the instances seen until the end of the range. */
export async function instanceStarts(
  client: ClickHouseClient,
  plan: Plan,
  scope: InstanceScope,
  limit = 50_000,
): Promise<InstanceStart[]> {
  const { where, params } = scopeOf(scope, 'host');
  return rowsOf<InstanceStart>(
    client,
    `SELECT /* starts of instances */ service, instance, container, host, command,
      toUnixTimestamp64Milli(started) / 1000 AS started, toUnixTimestamp(max(last_seen)) AS lastSeen
    FROM instance_starts WHERE started < toDateTime(${plan.to}, 'UTC') AND ${where}
    GROUP BY service, instance, container, host, command, started ORDER BY started DESC LIMIT ${limit}`,
    params,
  );
}

/** Pods there were in the range. */
export async function podsSeen(client: ClickHouseClient, plan: Plan, limit = 50_000): Promise<PodRow[]> {
  return rowsOf<PodRow>(
    client,
    `SELECT /* pods */ uid, namespace, name, node, ip, status, ready, containers, restarts, toUnixTimestamp(started) AS started,
      toUnixTimestamp(deleted) AS deleted, owner_kind AS ownerKind, owner, container_ids AS containerIds,
      toUnixTimestamp(last_seen) AS lastSeen
    FROM pods FINAL
    WHERE pods.last_seen >= toDateTime(${plan.from - TELL_EVERY}, 'UTC') AND pods.started < toDateTime(${plan.to}, 'UTC')
    ORDER BY namespace, name, uid LIMIT ${limit}`,
  );
}

/** Requests that one instance on a host served. */
export interface HostTotal extends Measures {
  readonly service: string;
  readonly instance: string;
  readonly container: string;
}

export async function hostTotals(
  client: ClickHouseClient,
  plan: Plan,
  host: string,
  limit = 5000,
): Promise<HostTotal[]> {
  const key = ['service', 'instance', 'container'];
  const rows = await rowsOf<MeasureColumns & { service: string; instance: string; container: string }>(
    client,
    `SELECT /* instances of the host */ ${key.join(', ')}, ${MEASURES}
    FROM ${source(plan.total, [...key, ...MEASURED_COLUMNS], `side = 'server' AND host = {host:String}`)}
    GROUP BY ${key.join(', ')} ORDER BY requests DESC, ${key.join(', ')} LIMIT ${limit}`,
    { host },
  );
  return rows.map((row) => ({
    service: row.service,
    instance: row.instance,
    container: row.container,
    ...measuresOf(row),
  }));
}
