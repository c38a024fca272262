import { NO_RESOURCE, NO_SCOPE, readResource, readScope } from './common.ts';
import { decoding } from './error.ts';
import { TEMPORALITIES } from './metrics-encode.ts';
import {
  readExponentialHistogramPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './metrics-points.ts';
import type { Metric, MetricData, MetricsData, ResourceMetrics, Scope, Temporality } from './types.ts';
import { bytes, Input, varint } from './wire.ts';

/**
 * Inverse of `encodeMetrics`. Points flagged as "no recorded value" and metrics without data are left out, as they say
 * nothing. Throws `OtlpDecodeError`.
 */
export function decodeMetrics(payload: Uint8Array): MetricsData {
  return decoding('ExportMetricsServiceRequest', () => {
    const input = new Input(payload);
    const resourceMetrics: ResourceMetrics[] = [];
    for (const end = input.enterRoot(); input.more(end); ) {
      if (input.tag() === bytes(1)) resourceMetrics.push(readResourceMetrics(input));
      else input.skip();
    }
    return { kind: 'metrics', resourceMetrics };
  });
}

function readResourceMetrics(input: Input): ResourceMetrics {
  let resource = NO_RESOURCE;
  const scopeMetrics: { scope: Scope; metrics: Metric[] }[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        resource = readResource(input);
        break;
      case bytes(2):
        scopeMetrics.push(readScopeMetrics(input));
        break;
      default:
        input.skip();
    }
  }
  return { resource, scopeMetrics };
}

function readScopeMetrics(input: Input): { scope: Scope; metrics: Metric[] } {
  let scope = NO_SCOPE;
  const metrics: Metric[] = [];
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        scope = readScope(input);
        break;
      case bytes(2): {
        const metric = readMetric(input);
        if (metric !== null) metrics.push(metric);
        break;
      }
      default:
        input.skip();
    }
  }
  return { scope, metrics };
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
