import { readGroups } from './groups.ts';
import { TEMPORALITIES } from './metrics-encode.ts';
import {
  readExponentialHistogramPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './metrics-points.ts';
import type { Metric, MetricData, MetricsData, Temporality } from './types.ts';
import { bytes, type Input, varint } from './wire.ts';

/**
 * Inverse of `encodeMetrics`. Points flagged as "no recorded value" and metrics without data are left out, as they say
 * nothing. Throws `OtlpDecodeError`.
 */
export function decodeMetrics(payload: Uint8Array): MetricsData {
  const groups = readGroups('ExportMetricsServiceRequest', payload, readMetric);
  const resourceMetrics = groups.map(({ resource, scopes }) => ({
    resource,
    scopeMetrics: scopes.map(({ scope, items }) => ({ scope, metrics: items })),
  }));
  return { kind: 'metrics', resourceMetrics };
}

function readMetric(input: Input): Metric | null {
  let name = '';
  let unit = '';
  let data: MetricData | null = null;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        name = input.string();
        break;
      case bytes(3):
        unit = input.string();
        break;
      case bytes(5):
        data = { kind: 'gauge', points: readData(input, readNumberPoint).points };
        break;
      case bytes(7):
        data = { kind: 'sum', ...readData(input, readNumberPoint) };
        break;
      case bytes(9): {
        const { temporality, points } = readData(input, readHistogramPoint);
        data = { kind: 'histogram', temporality, points };
        break;
      }
      case bytes(10): {
        const { temporality, points } = readData(input, readExponentialHistogramPoint);
        data = { kind: 'exponential-histogram', temporality, points };
        break;
      }
      case bytes(11):
        data = { kind: 'summary', points: readData(input, readSummaryPoint).points };
        break;
      default:
        input.skip();
    }
  }
  return data === null ? null : { name, unit, data };
}

/** Gauge, Sum, Histogram, ExponentialHistogram, Summary: the fields they have in common have the same numbers. */
function readData<Point>(
  input: Input,
  readPoint: (input: Input) => Point | null,
): { temporality: Temporality; monotonic: boolean; points: Point[] } {
  const points: Point[] = [];
  let temporality: Temporality = 'unspecified';
  let monotonic = false;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1): {
        const point = readPoint(input);
        if (point !== null) points.push(point);
        break;
      }
      case varint(2):
        temporality = TEMPORALITIES[input.reader.int32()] ?? 'unspecified';
        break;
      case varint(3):
        monotonic = input.reader.bool();
        break;
      default:
        input.skip();
    }
  }
  return { temporality, monotonic, points };
}
