import { attributesJson, readAttributesJson, readResourceJson, readScopeJson, resourceJson } from './common-json.ts';
import { decoding } from './error.ts';
import {
  countFrom,
  doubleFrom,
  type JsonObject,
  jsonDouble,
  objectOf,
  readCount,
  readDouble,
  readFlag,
  readInt32,
  readInteger,
  readList,
  readNanos,
  readObject,
  readText,
  readValues,
} from './json.ts';
import { TEMPORALITIES } from './metrics-encode.ts';
import { NO_RECORDED_VALUE } from './metrics-points.ts';
import type {
  ExponentialHistogramPoint,
  Extremes,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsData,
  NumberPoint,
  PointBase,
  SummaryPoint,
  Temporality,
} from './types.ts';

/** ExportMetricsServiceRequest as OTLP/JSON, ready for `JSON.stringify`. */
export function encodeMetricsJson(data: MetricsData): object {
  return {
    resourceMetrics: data.resourceMetrics.map(({ resource, scopeMetrics }) => ({
      resource: resourceJson(resource),
      scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(metricJson) })),
    })),
  };
}

function metricJson({ name, unit, data }: Metric): object {
  switch (data.kind) {
    case 'gauge':
      return { name, unit, gauge: { dataPoints: data.points.map(numberJson) } };
    case 'sum':
      return { name, unit, sum: { ...group(data, numberJson), isMonotonic: data.monotonic } };
    case 'histogram':
      return { name, unit, histogram: group(data, histogramJson) };
    case 'exponential-histogram':
      return { name, unit, exponentialHistogram: group(data, exponentialHistogramJson) };
    case 'summary':
      return { name, unit, summary: { dataPoints: data.points.map(summaryJson) } };
  }
}

function group<Point>(
  data: { readonly temporality: Temporality; readonly points: readonly Point[] },
  pointJson: (point: Point) => object,
): object {
  return {
    aggregationTemporality: TEMPORALITIES.indexOf(data.temporality),
    dataPoints: data.points.map(pointJson),
  };
}

function pointBaseJson(point: PointBase): object {
  return {
    attributes: attributesJson(point.attributes),
    startTimeUnixNano: String(point.startTimeUnixNano),
    timeUnixNano: String(point.timeUnixNano),
  };
}

function numberJson(point: NumberPoint): object {
  return { ...pointBaseJson(point), asDouble: jsonDouble(point.value) };
}

const extremesJson = ({ min, max }: Extremes): object => ({
  ...(min === undefined ? {} : { min: jsonDouble(min) }),
  ...(max === undefined ? {} : { max: jsonDouble(max) }),
});

function histogramJson(point: HistogramPoint): object {
  return {
    ...pointBaseJson(point),
    count: String(point.count),
    sum: jsonDouble(point.sum),
    bucketCounts: point.bucketCounts.map(String),
    explicitBounds: point.explicitBounds.map(jsonDouble),
    ...extremesJson(point),
  };
}

function exponentialHistogramJson(point: ExponentialHistogramPoint): object {
  return {
    ...pointBaseJson(point),
    count: String(point.count),
    sum: jsonDouble(point.sum),
    scale: point.scale,
    zeroCount: String(point.zeroCount),
    positive: { offset: point.positive.offset, bucketCounts: point.positive.bucketCounts.map(String) },
    ...extremesJson(point),
  };
}

function summaryJson(point: SummaryPoint): object {
  return {
    ...pointBaseJson(point),
    count: String(point.count),
    sum: jsonDouble(point.sum),
    quantileValues: point.quantiles.map(({ quantile, value }) => ({
      quantile: jsonDouble(quantile),
      value: jsonDouble(value),
    })),
  };
}

/**
 * Inverse of `encodeMetricsJson`, from what `JSON.parse` gives; leaves out what `decodeMetrics` leaves out. Throws
 * `OtlpDecodeError`.
 */
export function decodeMetricsJson(value: unknown): MetricsData {
  return decoding('ExportMetricsServiceRequest', () => ({
    kind: 'metrics',
    resourceMetrics: readList(objectOf(value, 'the body'), 'resourceMetrics', (from) => ({
      resource: readResourceJson(from),
      scopeMetrics: readList(from, 'scopeMetrics', (scoped) => ({
        scope: readScopeJson(scoped),
        metrics: readList(scoped, 'metrics', readMetric).filter((metric) => metric !== null),
      })),
    })),
  }));
}

function readMetric(from: JsonObject): Metric | null {
  const data = readData(from);
  return data === null ? null : { name: readText(from, 'name'), unit: readText(from, 'unit'), data };
}

function readData(from: JsonObject): MetricData | null {
  if (from.gauge != null) return { kind: 'gauge', points: readPoints(readObject(from, 'gauge'), readNumber) };
  if (from.sum != null) {
    const sum = readObject(from, 'sum');
    const points = readPoints(sum, readNumber);
    return { kind: 'sum', temporality: temporalityOf(sum), monotonic: readFlag(sum, 'isMonotonic'), points };
  }
  if (from.histogram != null) {
    const histogram = readObject(from, 'histogram');
    const points = readPoints(histogram, readHistogram);
    return { kind: 'histogram', temporality: temporalityOf(histogram), points };
  }
  if (from.exponentialHistogram != null) {
    const histogram = readObject(from, 'exponentialHistogram');
    const points = readPoints(histogram, readExponentialHistogram);
    return { kind: 'exponential-histogram', temporality: temporalityOf(histogram), points };
  }
  if (from.summary != null) return { kind: 'summary', points: readPoints(readObject(from, 'summary'), readSummary) };
  return null;
}

function temporalityOf(from: JsonObject): Temporality {
  return TEMPORALITIES[readInt32(from, 'aggregationTemporality')] ?? 'unspecified';
}

function readPoints<Point>(data: JsonObject, readPoint: (from: JsonObject, base: PointBase) => Point): Point[] {
  return readList(data, 'dataPoints', (from) => from)
    .filter((from) => (readCount(from, 'flags') & NO_RECORDED_VALUE) === 0)
    .map((from) =>
      readPoint(from, {
        attributes: readAttributesJson(from, 'attributes'),
        startTimeUnixNano: readNanos(from, 'startTimeUnixNano'),
        timeUnixNano: readNanos(from, 'timeUnixNano'),
      }),
    );
}

function readNumber(from: JsonObject, base: PointBase): NumberPoint {
  return { ...base, value: from.asInt == null ? readDouble(from, 'asDouble') : Number(readInteger(from, 'asInt')) };
}

const readExtremes = (from: JsonObject): Extremes => ({
  ...(from.min == null ? {} : { min: readDouble(from, 'min') }),
  ...(from.max == null ? {} : { max: readDouble(from, 'max') }),
});

function readHistogram(from: JsonObject, base: PointBase): HistogramPoint {
  return {
    ...base,
    count: readCount(from, 'count'),
    sum: readDouble(from, 'sum'),
    explicitBounds: readValues(from, 'explicitBounds').map((bound) => doubleFrom(bound, 'explicitBounds')),
    bucketCounts: readValues(from, 'bucketCounts').map((count) => countFrom(count, 'bucketCounts')),
    ...readExtremes(from),
  };
}

function readExponentialHistogram(from: JsonObject, base: PointBase): ExponentialHistogramPoint {
  const positive = readObject(from, 'positive');
  return {
    ...base,
    count: readCount(from, 'count'),
    sum: readDouble(from, 'sum'),
    scale: readInt32(from, 'scale'),
    zeroCount: readCount(from, 'zeroCount'),
    positive: {
      offset: readInt32(positive, 'offset'),
      bucketCounts: readValues(positive, 'bucketCounts').map((count) => countFrom(count, 'bucketCounts')),
    },
    ...readExtremes(from),
  };
}

function readSummary(from: JsonObject, base: PointBase): SummaryPoint {
  return {
    ...base,
    count: readCount(from, 'count'),
    sum: readDouble(from, 'sum'),
    quantiles: readList(from, 'quantileValues', (pair) => ({
      quantile: readDouble(pair, 'quantile'),
      value: readDouble(pair, 'value'),
    })),
  };
}
