import { duration, NOTHING, percent, significant } from './format.ts';

/** A value of an alert's metric as people read it: shares as percent, milliseconds as a duration. */
export function alertValue(metric: string, value: number | null): string {
  if (value === null) return NOTHING;
  switch (metric) {
    case 'error_rate':
    case 'client_error_rate':
    case 'slow_rate':
    case 'retransmit_rate':
    case 'dns_failure_rate':
      return percent(value);
    case 'latency':
    case 'latency_avg':
    case 'rtt':
      return duration(value * 1e6);
    case 'no_data':
      return NOTHING;
    case 'burn_rate':
      return `${significant(value)} ×`;
    default:
      return significant(value);
  }
}
