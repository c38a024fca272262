import type { Measurement, Panel, PanelMetric } from '@sonde/api';
import { bytes, count, duration, percent, rate } from './format.ts';

type Format = (value: number | null | undefined) => string;

const share: Format = percent;
const perSecond: Format = (value) => (value === null || value === undefined ? bytes(value) : `${bytes(value)}/s`);

/** How a metric is written, and the formula behind it. */
const METRICS: Record<PanelMetric, { readonly format: Format; readonly formula: string }> = {
  requests: { format: count, formula: 'requests' },
  rate: { format: rate, formula: 'rate' },
  errors: { format: count, formula: 'errors' },
  error_rate: { format: share, formula: 'errorRate' },
  latency: { format: duration, formula: 'percentile' },
  latency_avg: { format: duration, formula: 'avg' },
  apdex: {
    format: (value) => (value === null || value === undefined ? count(value) : value.toFixed(2)),
    formula: 'apdex',
  },
  slow_rate: { format: share, formula: 'slowRate' },
  queue_wait: { format: duration, formula: 'queueWait' },
  request_bytes: { format: perSecond, formula: 'bytesInRate' },
  response_bytes: { format: perSecond, formula: 'bytesOutRate' },
};

export const formatOf = (metric: PanelMetric): Format => METRICS[metric].format;

/** The greatest value of a share or an index. */
export const mostOf = (metric: PanelMetric): number | undefined =>
  METRICS[metric].format === share || metric === 'apdex' ? 1 : undefined;

export const formulaOf = (metric: PanelMetric): string => METRICS[metric].formula;

const COLORS = [
  '--data-requests',
  '--data-p75',
  '--data-p95',
  '--data-p99',
  '--data-2xx',
  '--data-p50',
  '--data-avg',
  '--data-4xx',
  '--data-5xx',
  '--data-3xx',
];

const PERCENTILE_COLORS: readonly (readonly [upTo: number, color: string])[] = [
  [50, '--data-p50'],
  [75, '--data-p75'],
  [95, '--data-p95'],
  [100, '--data-p99'],
];

const BAD: readonly string[] = ['errors', 'error_rate'];

/** The colour of one series: percentiles, statuses and errors have theirs, all else goes by its place. */
export function colorOf({ metric, group }: Panel, series: Measurement['series'][number], place: number): string {
  const { percentile, key } = series;
  if (percentile !== null && group === 'none') return PERCENTILE_COLORS.find(([upTo]) => percentile <= upTo)![1];
  if (group === 'status' && /^[2-5](\d\d|xx)$/.test(key)) return `--data-${key[0]}xx`;
  if (group === 'none' && BAD.includes(metric)) return '--data-errors';
  return COLORS[place % COLORS.length];
}

/** The list with one item at another place. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, i) => i !== from);
  return [...rest.slice(0, to), items[from], ...rest.slice(to)];
}
