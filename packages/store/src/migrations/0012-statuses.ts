import type { Migration } from './migration.ts';
import { DURABLE, filling, rollUp, type Shape, table } from './roll-up.ts';

/** Rows that have `failed` are errors all of them. Charts of one service need no more than this. */
const SERVICES: Shape = {
  columns: `
    name LowCardinality(String),
    side Enum8('server' = 1, 'client' = 2),
    protocol LowCardinality(String),
    status LowCardinality(String),
    error LowCardinality(String),
    named UInt8,
    failed UInt8,`,
  key: 'name, side, protocol, status, error, named, failed',
  run: 'name, side',
  fromRequests: `if(side = 'server', service, if(peer = '', peer_address, peer)) AS name, side, protocol, status, error,
    side = 'server' OR peer != '' AS named, requests.errors > 0 AS failed`,
  where: `name != ''`,
};

/** For a while number 11 made roll-ups by service, without statuses. */
const OLD_VIEWS = [
  'services_1d_from_services_1h',
  'services_1h_from_services_1m',
  'services_1m_from_services_10s',
  'services_10s_from_requests_10s',
];

const services = (name: string, partition: number, block: string, seconds: number, from: string, oldFrom: string) => [
  { query: `DROP TABLE IF EXISTS ${name} SYNC`, isOfRows: true } as const,
  table(name, SERVICES, partition, block),
  ...rollUp(name, SERVICES, seconds, from, oldFrom),
];

/** What agents counted, by hour: every page says how complete its numbers are. Deltas only, which may be added up. */
const METRICS_1H = `
  CREATE TABLE IF NOT EXISTS metrics_1h (
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    service LowCardinality(String),
    metric LowCardinality(String),
    value SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))
  ) ENGINE = AggregatingMergeTree
  PARTITION BY intDiv(toUnixTimestamp(time), 2592000)
  ORDER BY (service, metric, time)
  SETTINGS ${DURABLE}`;

const SUMS_OF_METRICS = `
  SELECT toStartOfHour(time) AS time, service, metric, sum(value) AS value FROM metrics WHERE kind = 'delta'
  GROUP BY time, service, metric`;

export const statuses: Migration = {
  id: 12,
  name: 'statuses',
  statements: [
    ...OLD_VIEWS.map((view) => ({ query: `DROP VIEW IF EXISTS ${view}`, isOfRows: true }) as const),
    ...services('services_10s', 3600, 'toStartOfMinute', 10, 'requests_10s', 'requests_10s'),
    ...services('services_1m', 86_400, 'toStartOfFifteenMinutes', 60, 'services_10s', 'requests_1m'),
    ...services('services_5m', 86_400, 'toStartOfDay', 300, 'services_1m', 'services_1m'),
    ...services('services_1h', 2_592_000, 'toStartOfDay', 3600, 'services_5m', 'requests_1h'),
    ...services('services_1d', 31_536_000, 'toStartOfMonth', 86_400, 'services_1h', 'services_1h'),
    METRICS_1H,
    ...filling('metrics_1h', 'metrics', SUMS_OF_METRICS),
  ],
};
