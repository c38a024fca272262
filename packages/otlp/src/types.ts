/**
 * The part of OTLP 1.x (opentelemetry-proto: metrics.proto, trace.proto, logs.proto, common.proto) that Sonde reads and writes, as
 * readonly data. Attributes are flattened to a record; unknown fields are skipped on decode. Times are nanoseconds since
 * the epoch; ids are lower-case hex, '' where absent. Negative exponential buckets, exemplars and dropped counts are not read.
 */
export type AttributeValue = string | number | bigint | boolean | Uint8Array | readonly AttributeValue[] | AttributeMap;

export interface AttributeMap {
  readonly [key: string]: AttributeValue;
}

export interface Resource {
  readonly attributes: AttributeMap;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
}

export type Temporality = 'unspecified' | 'delta' | 'cumulative';

export interface PointBase {
  readonly attributes: AttributeMap;
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
}

export interface NumberPoint extends PointBase {
  readonly value: number;
}

/** The least and the greatest value of a histogram, where they are known. */
export interface Extremes {
  readonly min?: number;
  readonly max?: number;
}

export interface ExponentialHistogramPoint extends PointBase, Extremes {
  readonly count: number;
  readonly sum: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] };
}

export interface HistogramPoint extends PointBase, Extremes {
  readonly count: number;
  readonly sum: number;
  readonly explicitBounds: readonly number[];
  readonly bucketCounts: readonly number[];
}

export interface SummaryPoint extends PointBase {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export type MetricData =
  | {
      readonly kind: 'sum';
      readonly temporality: Temporality;
      readonly monotonic: boolean;
      readonly points: readonly NumberPoint[];
    }
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'exponential-histogram';
      readonly temporality: Temporality;
      readonly points: readonly ExponentialHistogramPoint[];
    }
  | { readonly kind: 'histogram'; readonly temporality: Temporality; readonly points: readonly HistogramPoint[] }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] };

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly data: MetricData;
}

export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: readonly { readonly scope: Scope; readonly metrics: readonly Metric[] }[];
}

/** ExportMetricsServiceRequest */
export interface MetricsData {
  readonly kind: 'metrics';
  readonly resourceMetrics: readonly ResourceMetrics[];
}

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanStatus = 'unset' | 'ok' | 'error';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly spanKind: SpanKind;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: AttributeMap;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: AttributeMap }[];
  readonly events: readonly {
    readonly timeUnixNano: bigint;
    readonly name: string;
    readonly attributes: AttributeMap;
  }[];
}

export interface ResourceSpans {
  readonly resource: Resource;
  readonly scopeSpans: readonly { readonly scope: Scope; readonly spans: readonly Span[] }[];
}

/** ExportTraceServiceRequest */
export interface TracesData {
  readonly kind: 'traces';
  readonly resourceSpans: readonly ResourceSpans[];
}

export interface LogRecord {
  /** 0 where the sender did not know it. */
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  /** 1 to 24 by SeverityNumber of logs.proto, four for each of trace, debug, info, warn, error, fatal; 0 where unknown. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AttributeValue;
  readonly attributes: AttributeMap;
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

export interface ResourceLogs {
  readonly resource: Resource;
  readonly scopeLogs: readonly { readonly scope: Scope; readonly logRecords: readonly LogRecord[] }[];
}

/** ExportLogsServiceRequest */
export interface LogsData {
  readonly kind: 'logs';
  readonly resourceLogs: readonly ResourceLogs[];
}
