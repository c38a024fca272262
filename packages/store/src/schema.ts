/** Tables that hold observations: how wide a partition is, in seconds. A partition is the unit of retention. */
export const TABLES = {
  requests_10s: { partition: 3600 },
  requests_1m: { partition: 86_400 },
  requests_1h: { partition: 2_592_000 },
  services_10s: { partition: 3600 },
  services_1m: { partition: 86_400 },
  services_5m: { partition: 86_400 },
  services_1h: { partition: 2_592_000 },
  services_1d: { partition: 31_536_000 },
  endpoints_1m: { partition: 86_400 },
  endpoints_1h: { partition: 2_592_000 },
  endpoints_1d: { partition: 31_536_000 },
  calls_1h: { partition: 2_592_000 },
  calls_1d: { partition: 31_536_000 },
  network_10s: { partition: 3600 },
  network_1m: { partition: 86_400 },
  network_1h: { partition: 2_592_000 },
  spans: { partition: 3600 },
  spans_recent: { partition: 3600 },
  trace_aliases: { partition: 3600 },
  span_links: { partition: 3600 },
  logs: { partition: 3600 },
  metrics: { partition: 86_400 },
  metrics_1h: { partition: 2_592_000 },
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

export const FIVE_MINUTES = 300;
export const DAY = 86_400;

/** Widths of rows that only some roll-ups have, by the resolution they are made of. */
export const WIDER = { 60: FIVE_MINUTES, 3600: DAY } as const;

export type Wider = (typeof WIDER)[keyof typeof WIDER];

export type TablesOfGrain = Readonly<Record<Grain, TableName> & Partial<Record<Wider, TableName>>>;

export const REQUESTS_OF_GRAIN = {
  10: 'requests_10s',
  60: 'requests_1m',
  3600: 'requests_1h',
} as const satisfies TablesOfGrain;

export const NETWORK_OF_GRAIN = {
  10: 'network_10s',
  60: 'network_1m',
  3600: 'network_1h',
} as const satisfies TablesOfGrain;

/** A row for each service, side, protocol and status. */
export const SERVICES_OF_GRAIN = {
  10: 'services_10s',
  60: 'services_1m',
  [FIVE_MINUTES]: 'services_5m',
  3600: 'services_1h',
  [DAY]: 'services_1d',
} as const satisfies TablesOfGrain;

/** A row for each endpoint of a service, side and status; finer than a minute the requests themselves. */
export const ENDPOINTS_OF_GRAIN = {
  10: 'requests_10s',
  60: 'endpoints_1m',
  3600: 'endpoints_1h',
  [DAY]: 'endpoints_1d',
} as const satisfies TablesOfGrain;

/** A row for each pair of ends, side and protocol; finer than an hour the requests themselves, which have its columns. */
export const CALLS_OF_GRAIN = {
  10: 'requests_10s',
  60: 'requests_1m',
  3600: 'calls_1h',
  [DAY]: 'calls_1d',
} as const satisfies TablesOfGrain;
