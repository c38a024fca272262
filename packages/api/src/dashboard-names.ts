/** What a panel shows. Shares are 0..1, latencies nanoseconds, `rate` and bytes per second. */
export const PANEL_METRICS = [
  'requests',
  'rate',
  'errors',
  'error_rate',
  'latency',
  'latency_avg',
  'apdex',
  'slow_rate',
  'queue_wait',
  'request_bytes',
  'response_bytes',
] as const;

/** What a panel has a line, bar or row for each of. Over all services only the first three. */
export const PANEL_GROUPS = [
  'none',
  'service',
  'protocol',
  'endpoint',
  'operation',
  'target',
  'status',
  'caller',
  'instance',
  'host',
] as const;

export const PANEL_CHARTS = ['line', 'bar', 'number', 'table', 'ring'] as const;
export const PANEL_WIDTHS = ['third', 'half', 'full'] as const;
export const PANEL_HEIGHTS = ['normal', 'tall'] as const;

/** What the requests of a panel can be narrowed to. */
export const PANEL_FILTERS = [
  'service',
  'protocol',
  'operation',
  'target',
  'statement',
  'status',
  'instance',
  'host',
  'peer',
] as const;

/** Groups and filters that need no service. */
export const OF_ALL_SERVICES: readonly string[] = ['none', 'service', 'protocol'];

/** Metrics whose parts add up to a whole, so that a ring can be drawn of them. */
export const ADDITIVE_METRICS: readonly string[] = ['requests', 'rate', 'errors', 'request_bytes', 'response_bytes'];

export type PanelMetric = (typeof PANEL_METRICS)[number];
export type PanelGroup = (typeof PANEL_GROUPS)[number];
export type PanelChart = (typeof PANEL_CHARTS)[number];
