/** Tables that hold observations: how wide a partition is, in seconds. A partition is the unit of retention. */
export const TABLES = {
  requests_10s: { partition: 3600 },
  requests_1m: { partition: 86_400 },
  requests_1h: { partition: 2_592_000 },
  network_10s: { partition: 3600 },
  network_1m: { partition: 86_400 },
  network_1h: { partition: 2_592_000 },
  spans: { partition: 3600 },
  spans_recent: { partition: 3600 },
  trace_aliases: { partition: 3600 },
  span_links: { partition: 3600 },
  logs: { partition: 3600 },
  metrics: { partition: 86_400 },
  batches: { partition: 86_400 },
  alert_events: { partition: 2_592_000 },
  alert_deliveries: { partition: 2_592_000 },
} as const;

export type TableName = keyof typeof TABLES;

/** Tables rows are written to; the roll-ups fill themselves through materialised views. */
export type InputTable =
  | 'requests_10s'
  | 'network_10s'
  | 'spans'
  | 'spans_recent'
  | 'trace_aliases'
  | 'span_links'
  | 'logs'
  | 'metrics'
  | 'resources'
  | 'pods'
  | 'batches';

/** Resolutions of `requests` and `network`, finest first, in seconds. */
export const GRAINS = [10, 60, 3600] as const;

export type Grain = (typeof GRAINS)[number];

export const REQUESTS_OF_GRAIN = {
  10: 'requests_10s',
  60: 'requests_1m',
  3600: 'requests_1h',
} as const satisfies Record<Grain, TableName>;

export const NETWORK_OF_GRAIN = {
  10: 'network_10s',
  60: 'network_1m',
  3600: 'network_1h',
} as const satisfies Record<Grain, TableName>;
