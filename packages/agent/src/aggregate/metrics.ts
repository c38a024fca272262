import { durationMetric, HISTOGRAM_SCALE, METRIC } from '@sonde/model';
import type { AttributeMap, ExponentialHistogramPoint, Metric, MetricsData, NumberPoint } from '@sonde/otlp';
import type { IdentityNames } from '../capture/identities.ts';
import { exchangeAttributes, kindOf, resourceAttributes } from './attributes.ts';
import { SeriesKey, type SeriesTable } from './series.ts';

const SCOPE = { name: 'sonde', version: '0.1.0' };

interface Times {
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
}

/** Metrics of one process or pod: histograms by name, and the sums that go with them. */
class Group {
  readonly durations = new Map<string, ExponentialHistogramPoint[]>();
  readonly requestBytes: NumberPoint[] = [];
  readonly responseBytes: NumberPoint[] = [];
  readonly waits: NumberPoint[] = [];

  metrics(): Metric[] {
    const sum = (name: string, unit: string, points: readonly NumberPoint[]): Metric => ({
      name,
      unit,
      data: { kind: 'sum', temporality: 'delta', monotonic: true, points },
    });
    return [
      ...[...this.durations].map(
        ([name, points]): Metric => ({
          name,
          unit: 's',
          data: { kind: 'exponential-histogram', temporality: 'delta', points },
        }),
      ),
      sum(METRIC.requestBytes, 'By', this.requestBytes),
      sum(METRIC.responseBytes, 'By', this.responseBytes),
      sum(METRIC.queueWait, 's', this.waits),
    ];
  }
}

/** One interval's series as delta metrics, grouped by the process they were seen in. */
export function seriesMetrics(table: SeriesTable, identities: IdentityNames, start: bigint, end: bigint): MetricsData {
  const groups = new Map<number, Group>();
  const key = new SeriesKey();
  const times: Times = { startTimeUnixNano: start, timeUnixNano: end };
  for (let series = 0; series < table.size; series++) {
    table.key(series, key);
    let group = groups.get(key.identity);
    if (group === undefined) {
      group = new Group();
      groups.set(key.identity, group);
    }
    const attributes: AttributeMap = exchangeAttributes(key);
    const name = durationMetric(kindOf(key.protocol), key.side === 0 ? 'client' : 'server');
    const points = group.durations.get(name) ?? [];
    group.durations.set(name, points);
    const bins = table.bins(series);
    points.push({
      attributes,
      ...times,
      count: table.counts[series],
      sum: table.durations[series] / 1e9,
      scale: HISTOGRAM_SCALE,
      zeroCount: 0,
      positive: { offset: bins.offset, bucketCounts: bins.counts },
    });
    group.requestBytes.push({ attributes, ...times, value: table.requestBytes[series] });
    group.responseBytes.push({ attributes, ...times, value: table.responseBytes[series] });
    group.waits.push({ attributes, ...times, value: table.waits[series] / 1e9 });
  }
  const resourceMetrics = [...groups].map(([identity, group]) => ({
    resource: { attributes: resourceAttributes(identities.get(identity)) },
    scopeMetrics: [{ scope: SCOPE, metrics: group.metrics() }],
  }));
  return { kind: 'metrics', resourceMetrics };
}
