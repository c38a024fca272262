import type { AttributeMap, AttributeValue, Metric, MetricsData } from '@sonde/otlp';

/** Unit suffixes of metric names (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/). */
const UNIT: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/** What a scraper is told the text is. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Cumulative sums and gauges in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). The first resource becomes `target_info`. Histograms
 * and delta sums have no form there and are left out.
 */
export function renderPrometheus(data: MetricsData): string {
  const lines: string[] = [];
  for (const { resource, scopeMetrics } of data.resourceMetrics) {
    if (lines.length === 0) {
      lines.push('# TYPE target_info gauge', `target_info${labels(resource.attributes)} 1`);
    }
    for (const { metrics } of scopeMetrics) for (const metric of metrics) lines.push(...render(metric));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function render({ name, unit, data }: Metric): string[] {
  if (data.kind !== 'gauge' && !(data.kind === 'sum' && data.temporality === 'cumulative')) return [];
  const counter = data.kind === 'sum' && data.monotonic;
  const full = [identifier(name), UNIT[unit], counter ? 'total' : ''].filter(Boolean).join('_');
  return [
    `# TYPE ${full} ${counter ? 'counter' : 'gauge'}`,
    ...data.points.map((point) => `${full}${labels(point.attributes)} ${number(point.value)}`),
  ];
}

function identifier(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

function labels(attributes: AttributeMap): string {
  const pairs = Object.keys(attributes).map((key) => `${identifier(key)}="${escaped(attributes[key])}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: AttributeValue): string {
  return String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
