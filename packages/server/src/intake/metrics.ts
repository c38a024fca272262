import { METRIC, TCP } from '@sonde/model';
import type { Metric, MetricsData, NumberPoint, PointBase } from '@sonde/otlp';
import type { Intake, MetricRow } from '@sonde/store';
import { allText } from './attributes.ts';
import { explicitBins, exponentialBins, nanosecondsPer } from './histogram.ts';
import { NetworkRows, type NetworkSums } from './network-rows.ts';
import { isPod, podRows } from './pods.ts';
import { Rejections } from './rejections.ts';
import { RequestRows } from './request-rows.ts';
import { type Sender, senderOf } from './resource.ts';
import { seriesOf, sideOfDuration } from './series.ts';
import { type AcceptedTimes, secondsOf } from './times.ts';

/** Largest whole number a sum may have in the store. */
const MAX_SUM = 2 ** 63;

const isAmount = (value: number) => Number.isFinite(value) && value >= 0 && value <= MAX_SUM;
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** Sums that belong to a series of requests, by metric name. */
const SUMS = {
  [METRIC.requestBytes]: 'requestBytes',
  [METRIC.responseBytes]: 'responseBytes',
  [METRIC.queueWait]: 'queueWaitSum',
} as const;

/** Sums of what sockets saw of TCP, by metric name. */
const TCP_SUMS: ReadonlyMap<string, keyof NetworkSums> = new Map(
  Object.entries(TCP)
    .filter(([, name]) => name !== TCP.rtt)
    .map(([sum, name]) => [name, sum as keyof NetworkSums]),
);

/**
 * Turns metrics into rows: exchanges by their duration, size and wait metrics, facts of TCP, every other number as it is.
 */
class MetricIntake {
  readonly requests = new RequestRows();
  readonly network = new NetworkRows();
  readonly numbers: MetricRow[] = [];
  readonly rejected = new Rejections();
  readonly #times: AcceptedTimes;

  constructor(times: AcceptedTimes) {
    this.#times = times;
  }

  add(sender: Sender, metric: Metric): void {
    const { data } = metric;
    const isRequests = sideOfDuration(metric.name) !== undefined || Object.hasOwn(SUMS, metric.name);
    const isNetwork = TCP_SUMS.has(metric.name) || metric.name === TCP.rtt;
    if ((isRequests || isNetwork) && 'temporality' in data && data.temporality !== 'delta') {
      this.rejected.add(`${metric.name}: temporality must be delta`, data.points.length);
    } else if (isRequests) {
      this.#addRequests(sender, metric);
    } else if (isNetwork) {
      this.#addNetwork(sender, metric);
    } else if (data.kind === 'sum' || data.kind === 'gauge') {
      for (const point of data.points) this.#addNumber(sender, metric, point);
    } else {
      this.rejected.add(`${metric.name}: a ${data.kind} of this name is not stored`, data.points.length);
    }
  }

  #addRequests(sender: Sender, metric: Metric): void {
    const { name, data } = metric;
    const isTime = name !== METRIC.requestBytes && name !== METRIC.responseBytes;
    const unit = isTime ? nanosecondsPer(metric.unit) : 1;
    if (unit === null) {
      this.rejected.add(`${name}: unit ${metric.unit} is no time`, data.points.length);
      return;
    }
    const sumName = Object.hasOwn(SUMS, name) ? SUMS[name as keyof typeof SUMS] : undefined;
    for (const point of data.points) {
      const time = this.#timeOf(name, point);
      if (time === null) continue;
      const sum = 'sum' in point ? point.sum : 'value' in point ? point.value : Number.NaN;
      if (!isAmount(sum * unit)) {
        this.rejected.add(`${name}: the sum is no amount`);
        continue;
      }
      const series = seriesOf(sender, point.attributes, name);
      if (sumName !== undefined) {
        this.requests.add(series, time, { [sumName]: Math.round(sum * unit) });
        continue;
      }
      const bins = this.#binsOf(metric, point, unit);
      if (bins === null) continue;
      const count = (point as { count: number }).count;
      const errors = series.error === '' ? 0 : count;
      this.requests.add(series, time, { count, errors, durationSum: Math.round(sum * unit) }, bins);
    }
  }

  #addNetwork(sender: Sender, metric: Metric): void {
    const { name, data } = metric;
    const sumName = TCP_SUMS.get(name);
    for (const point of data.points) {
      const time = this.#timeOf(name, point);
      if (time === null) continue;
      const end = seriesOf(sender, point.attributes, name);
      if (sumName === undefined) {
        const bins = this.#binsOf(metric, point, 1e9);
        const { sum } = point as { sum?: number };
        if (bins === null) continue;
        if (isAmount((sum ?? Number.NaN) * 1e9)) this.network.add(end, time, { rttSum: Math.round(sum! * 1e9) }, bins);
        else this.rejected.add(`${name}: the sum is no amount`);
      } else if ('value' in point && isCount(point.value)) {
        this.network.add(end, time, { [sumName]: point.value });
      } else {
        this.rejected.add(`${name}: the value is no count`);
      }
    }
  }

  #binsOf({ name, data }: Metric, point: PointBase, unit: number) {
    if (data.kind !== 'exponential-histogram' && data.kind !== 'histogram') {
      this.rejected.add(`${name}: the value is not a histogram`);
      return null;
    }
    const bins =
      data.kind === 'histogram'
        ? explicitBins(point as (typeof data.points)[number], unit)
        : exponentialBins(point as (typeof data.points)[number], unit);
    const { count } = point as (typeof data.points)[number];
    const total = bins.counts.reduce((sum, each) => sum + each, 0);
    if (isCount(count) && bins.counts.every(isCount) && total === count) return bins;
    this.rejected.add(`${name}: the buckets do not add up to the count`);
    return null;
  }

  #addNumber(sender: Sender, { name, unit, data }: Metric, point: NumberPoint): void {
    const start = this.#timeOf(name, point);
    if (start === null) return;
    if (!Number.isFinite(point.value)) {
      this.rejected.add(`${name}: the value is no finite number`);
      return;
    }
    const kind = data.kind === 'sum' ? (data.temporality === 'delta' ? 'delta' : 'cumulative') : 'gauge';
    const { service, instance, host } = sender;
    this.numbers.push({
      time: secondsOf(point.timeUnixNano),
      start,
      service,
      instance,
      host,
      metric: name,
      unit,
      kind,
      attributes: allText(point.attributes),
      value: point.value,
    });
  }

  /** Seconds; the start of the interval where there is one, since a row belongs to the bucket it began in. */
  #timeOf(name: string, point: PointBase): number | null {
    const isInterval = point.startTimeUnixNano > 0n && point.startTimeUnixNano <= point.timeUnixNano;
    const time = secondsOf(isInterval ? point.startTimeUnixNano : point.timeUnixNano);
    const problem = this.#times.problemOf(time);
    if (problem === null) return time;
    this.rejected.add(`${name}: ${problem}`);
    return null;
  }
}

export interface Mapped {
  readonly intake: Intake;
  readonly rejected: Rejections;
}

export function metricsIntake(data: MetricsData, times: AcceptedTimes): Mapped {
  const mapped = new MetricIntake(times);
  const others = data.resourceMetrics.filter((each) => !isPod(each));
  const resources = others.map(({ resource, scopeMetrics }) => {
    const sender = senderOf(resource);
    for (const { metrics } of scopeMetrics) for (const metric of metrics) mapped.add(sender, metric);
    const { service, instance } = sender;
    return { time: times.now, service, instance, attributes: allText(resource.attributes) };
  });
  const network = mapped.network.rows();
  const pods = podRows(data, times.now);
  const intake = { requests: mapped.requests.rows(), network, metrics: mapped.numbers, spans: [], resources, pods };
  return { intake, rejected: mapped.rejected };
}
