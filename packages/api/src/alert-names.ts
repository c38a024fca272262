/** What a rule watches. Shares are 0..1, latencies milliseconds, rates per second. */
export const ALERT_METRICS = [
  'error_rate',
  'client_error_rate',
  'latency',
  'latency_avg',
  'apdex',
  'rate',
  'requests',
  'errors',
  'slow_rate',
  'no_data',
  'burn_rate',
] as const;

export const SEVERITIES = ['critical', 'warning', 'info'] as const;

export type AlertMetric = (typeof ALERT_METRICS)[number];
