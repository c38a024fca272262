/** What a rule watches. Shares are 0..1, latencies and round-trip times milliseconds, rates per second. */
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
  'retransmit_rate',
  'rtt',
  'connect_failures',
  'resets',
  'dns_failure_rate',
  'dns_failures',
] as const;

/** What a rule makes one number of each of. Of DNS an endpoint is a name that was looked up. */
export const ALERT_SUBJECTS = ['service', 'endpoint', 'instance', 'peer'] as const;

export type AlertSubject = (typeof ALERT_SUBJECTS)[number];

const OF_REQUESTS = ['service', 'endpoint', 'instance'] as const;
const OF_SOCKETS = ['service', 'instance', 'peer'] as const;

/** Metrics of connections and look-ups; all others are of requests. */
const SUBJECTS: Partial<Record<AlertMetric, readonly AlertSubject[]>> = {
  retransmit_rate: OF_SOCKETS,
  rtt: OF_SOCKETS,
  connect_failures: OF_SOCKETS,
  resets: OF_SOCKETS,
};

export function subjectsOf(metric: AlertMetric): readonly AlertSubject[] {
  return SUBJECTS[metric] ?? OF_REQUESTS;
}

export const SEVERITIES = ['critical', 'warning', 'info'] as const;

export type AlertMetric = (typeof ALERT_METRICS)[number];
