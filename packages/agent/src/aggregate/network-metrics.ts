import { HISTOGRAM_SCALE, TCP } from '@sonde/model';
import type { Metric, MetricsData, PointBase } from '@sonde/otlp';
import type { IdentityNames } from '../capture/identities.ts';
import { peerAttributes, resourceAttributes } from './attributes.ts';
import type { NetworkSeries, NetworkTable } from './network.ts';

const SCOPE = { name: 'sonde', version: '0.1.0' };

const SUMS: readonly (readonly [name: string, unit: string, of: (series: NetworkSeries) => number])[] = [
  [TCP.opened, '{connection}', (series) => series.opened],
  [TCP.closed, '{connection}', (series) => series.closed],
  [TCP.reset, '{connection}', (series) => series.reset],
  [TCP.lost, '{connection}', (series) => series.lost],
  [TCP.refused, '{connection}', (series) => series.refused],
  [TCP.unanswered, '{connection}', (series) => series.unanswered],
  [TCP.segments, '{segment}', (series) => series.segments],
  [TCP.retransmits, '{segment}', (series) => series.retransmits],
];

/** One interval's facts of TCP as delta metrics, grouped by the process whose sockets they are of; zeros are left out. */
export function networkMetrics(
  table: NetworkTable,
  identities: IdentityNames,
  start: bigint,
  end: bigint,
): MetricsData {
  const groups = Map.groupBy(table.all(), ({ identity }) => identity);
  const resourceMetrics = [...groups].map(([identity, all]) => ({
    resource: { attributes: resourceAttributes(identities.get(identity)) },
    scopeMetrics: [{ scope: SCOPE, metrics: metricsOf(all, start, end) }],
  }));
  return { kind: 'metrics', resourceMetrics };
}

function metricsOf(all: readonly NetworkSeries[], start: bigint, end: bigint): Metric[] {
  const series = all.map((each) => ({
    each,
    base: {
      attributes: peerAttributes(each.side, each.peer, each.peerAddress),
      startTimeUnixNano: start,
      timeUnixNano: end,
    } satisfies PointBase,
  }));
  const metrics: Metric[] = [];
  for (const [name, unit, amount] of SUMS) {
    const points = series.flatMap(({ each, base }) => {
      const value = amount(each);
      return value === 0 ? [] : [{ ...base, value }];
    });
    if (points.length > 0)
      metrics.push({ name, unit, data: { kind: 'sum', temporality: 'delta', monotonic: true, points } });
  }
  const times = series
    .filter(({ each }) => each.rtts.size > 0)
    .map(({ each, base }) => ({ ...base, ...roundTrips(each) }));
  if (times.length > 0) {
    metrics.push({
      name: TCP.rtt,
      unit: 's',
      data: { kind: 'exponential-histogram', temporality: 'delta', points: times },
    });
  }
  return metrics;
}

function roundTrips({ rtts, rttSum }: NetworkSeries) {
  const lowest = Math.min(...rtts.keys());
  const bucketCounts = new Array<number>(Math.max(...rtts.keys()) - lowest + 1).fill(0);
  let count = 0;
  for (const [bin, times] of rtts) {
    bucketCounts[bin - lowest] = times;
    count += times;
  }
  return { count, sum: rttSum / 1e9, scale: HISTOGRAM_SCALE, zeroCount: 0, positive: { offset: lowest, bucketCounts } };
}
