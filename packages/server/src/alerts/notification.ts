import { type AlertRule, alertRule, subjectsOf } from '@sonde/api';
import type { AlertEvent } from '@sonde/store';

/** One event as channels tell it. */
export interface Notification {
  /** The same however often it is sent: receivers may know a repetition by it. */
  readonly id: string;
  readonly state: 'firing' | 'resolved';
  readonly ruleId: string;
  readonly rule: AlertRule;
  readonly service: string;
  readonly part: string;
  readonly severity: string;
  readonly value: number | null;
  readonly threshold: number;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly ended: number | null;
  /** One line, in words. */
  readonly summary: string;
  /** The page of the service, or of its part, at the time; '' where the server does not know its own address. */
  readonly url: string;
}

const METRIC_NAMES: Record<AlertRule['metric'], string> = {
  error_rate: 'error rate',
  client_error_rate: '4xx rate',
  latency: 'latency',
  latency_avg: 'average latency',
  apdex: 'Apdex',
  rate: 'requests per second',
  requests: 'requests',
  errors: 'errors',
  slow_rate: 'share of slow requests',
  no_data: 'no requests',
  burn_rate: 'error budget burn',
  retransmit_rate: 'share of segments sent again',
  rtt: 'round-trip time',
  connect_failures: 'connections refused or not answered',
  resets: 'connections reset or lost',
  dns_failure_rate: 'share of failed look-ups',
  dns_failures: 'failed look-ups',
};

export function valueText(rule: AlertRule, value: number | null): string {
  if (value === null) return 'no data';
  switch (rule.metric) {
    case 'error_rate':
    case 'client_error_rate':
    case 'slow_rate':
    case 'retransmit_rate':
    case 'dns_failure_rate':
      return `${Number((value * 100).toPrecision(3))} %`;
    case 'latency':
    case 'latency_avg':
    case 'rtt':
      return `${Number(value.toPrecision(3))} ms`;
    default:
      return String(Number(value.toPrecision(3)));
  }
}

function conditionText(rule: AlertRule, value: number | null, threshold: number): string {
  const percentile = { latency: `P${rule.percentile}`, rtt: `P${rule.percentile} of the round-trip time` };
  const name = { ...METRIC_NAMES, ...percentile }[rule.metric];
  if (rule.metric === 'no_data') return `${name} for ${rule.window} s`;
  if (rule.metric === 'burn_rate') return `${name} of ${rule.objective * 100} %: ${valueText(rule, value)} × the limit`;
  return `${name} ${valueText(rule, value)}, ${rule.operator} ${valueText(rule, threshold)}`;
}

/** The page that shows what the alert is about. */
function pathOf({ metric, by }: AlertRule, { service, part }: AlertEvent): string {
  const page = `/services/${encodeURIComponent(service)}`;
  if (subjectsOf(metric).includes('peer')) return `${page}/network?`;
  if (by === 'instance') return `${page}/instance?instance=${encodeURIComponent(part)}&`;
  if (by === 'endpoint' && part !== '') return `${page}?q=${encodeURIComponent(part.slice(0, 200))}&`;
  return `${page}?`;
}

export function notificationOf(event: AlertEvent, pageUrl: string): Notification {
  const rule = alertRule.parse(JSON.parse(event.body));
  const state = event.state === 'resolved' ? 'resolved' : 'firing';
  const subject = event.part === '' ? event.service : `${event.service} ${event.part}`;
  const condition = conditionText(rule, event.value, event.threshold);
  const from = Math.round(event.started - 900_000);
  const to = Math.round(event.time + 300_000);
  return {
    id: `${event.alert}/${state}`,
    state,
    ruleId: event.rule,
    rule,
    service: event.service,
    part: event.part,
    severity: event.severity,
    value: event.value,
    threshold: event.threshold,
    started: event.started,
    ended: state === 'resolved' ? event.time : null,
    summary: state === 'resolved' ? `${subject}: ${rule.name} is over` : `${subject}: ${condition}`,
    url: pageUrl === '' ? '' : `${pageUrl}${pathOf(rule, event)}from=${from}&to=${to}`,
  };
}
