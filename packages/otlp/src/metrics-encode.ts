import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { writeAttributes, writeResource, writeScope } from './common.ts';
import type {
  ExponentialHistogramPoint,
  Extremes,
  HistogramPoint,
  Metric,
  MetricsData,
  NumberPoint,
  PointBase,
  SummaryPoint,
  Temporality,
} from './types.ts';
import { nested, writeCount, writeDouble, writeEnum, writeString, writeTime } from './wire.ts';

/** Values of AggregationTemporality, by number. */
export const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

/**
 * ExportMetricsServiceRequest as protobuf. Throws `Error` where a count is no whole number ≥ 0.
 * Field numbers: opentelemetry/proto/metrics/v1/metrics.proto and collector/metrics/v1/metrics_service.proto.
 */
export function encodeMetrics(data: MetricsData): Uint8Array {
  const out = new BinaryWriter();
  for (const { resource, scopeMetrics } of data.resourceMetrics) {
    nested(out, 1, () => {
      writeResource(out, 1, resource);
      for (const { scope, metrics } of scopeMetrics) {
        nested(out, 2, () => {
          writeScope(out, 1, scope);
          for (const metric of metrics) nested(out, 2, () => writeMetric(out, metric));
        });
      }
    });
  }
  return out.finish();
}

/** Field of Metric that holds each kind of data. */
const DATA_FIELD = { gauge: 5, sum: 7, histogram: 9, 'exponential-histogram': 10, summary: 11 } as const;

function writeMetric(out: BinaryWriter, { name, unit, data }: Metric): void {
  writeString(out, 1, name);
  writeString(out, 3, unit);
  nested(out, DATA_FIELD[data.kind], () => {
    switch (data.kind) {
      case 'gauge':
      case 'sum':
        for (const point of data.points) nested(out, 1, () => writeNumberPoint(out, point));
        break;
      case 'histogram':
        for (const point of data.points) nested(out, 1, () => writeHistogramPoint(out, point));
        break;
      case 'exponential-histogram':
        for (const point of data.points) nested(out, 1, () => writeExponentialHistogramPoint(out, point));
        break;
      case 'summary':
        for (const point of data.points) nested(out, 1, () => writeSummaryPoint(out, point));
    }
    if ('temporality' in data) writeEnum(out, 2, TEMPORALITIES.indexOf(data.temporality));
    if (data.kind === 'sum' && data.monotonic) out.tag(3, WireType.Varint).bool(true);
  });
}

/** The start and end time, which have the same numbers in every kind of point. */
function writeTimes(out: BinaryWriter, point: PointBase): void {
  writeTime(out, 2, point.startTimeUnixNano);
  writeTime(out, 3, point.timeUnixNano);
}

/** The greatest value has the number behind that of the least one. */
function writeExtremes(out: BinaryWriter, field: number, { min, max }: Extremes): void {
  if (min !== undefined) writeDouble(out, field, min);
  if (max !== undefined) writeDouble(out, field + 1, max);
}

function writeNumberPoint(out: BinaryWriter, point: NumberPoint): void {
  writeTimes(out, point);
  writeDouble(out, 4, point.value);
  writeAttributes(out, 7, point.attributes);
}

function writeHistogramPoint(out: BinaryWriter, point: HistogramPoint): void {
  writeTimes(out, point);
  writeCount(out, 4, point.count);
  writeDouble(out, 5, point.sum);
  if (point.bucketCounts.length > 0) {
    nested(out, 6, () => {
      for (const count of point.bucketCounts) out.fixed64(count);
    });
  }
  if (point.explicitBounds.length > 0) {
    nested(out, 7, () => {
      for (const bound of point.explicitBounds) out.double(bound);
    });
  }
  writeAttributes(out, 9, point.attributes);
  writeExtremes(out, 11, point);
}

function writeExponentialHistogramPoint(out: BinaryWriter, point: ExponentialHistogramPoint): void {
  writeAttributes(out, 1, point.attributes);
  writeTimes(out, point);
  writeCount(out, 4, point.count);
  writeDouble(out, 5, point.sum);
  if (point.scale !== 0) out.tag(6, WireType.Varint).sint32(point.scale);
  writeCount(out, 7, point.zeroCount);
  nested(out, 8, () => {
    if (point.positive.offset !== 0) out.tag(1, WireType.Varint).sint32(point.positive.offset);
    if (point.positive.bucketCounts.length > 0) {
      nested(out, 2, () => {
        for (const count of point.positive.bucketCounts) {
          if (count < 2 ** 32) out.uint32(count);
          else out.uint64(count);
        }
      });
    }
  });
  writeExtremes(out, 12, point);
}

function writeSummaryPoint(out: BinaryWriter, point: SummaryPoint): void {
  writeTimes(out, point);
  writeCount(out, 4, point.count);
  writeDouble(out, 5, point.sum);
  for (const { quantile, value } of point.quantiles) {
    nested(out, 6, () => {
      writeDouble(out, 1, quantile);
      writeDouble(out, 2, value);
    });
  }
  writeAttributes(out, 7, point.attributes);
}
