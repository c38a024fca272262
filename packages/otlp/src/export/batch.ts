import { encodeLogs } from '../logs.ts';
import { encodeMetrics } from '../metrics-encode.ts';
import type { Signal } from '../response.ts';
import { encodeTraces } from '../traces.ts';
import type { LogsData, MetricsData, TracesData } from '../types.ts';

export type ExportData = LogsData | MetricsData | TracesData;

/** One export request on its way. The body is the OTLP protobuf message, gzip compressed. */
export interface Batch {
  readonly source: string;
  /** Ascending over all batches of a source, also across its restarts. With `source` it names the batch for good. */
  readonly sequence: number;
  readonly signal: Signal;
  /** Data points, spans or log records. */
  readonly items: number;
  readonly body: Uint8Array;
}

/** The value of the header by which a Sonde server recognises a batch it already has. */
export function batchId(batch: Batch): string {
  return `${batch.source}/${batch.sequence}`;
}

export function encode(data: ExportData): Uint8Array {
  switch (data.kind) {
    case 'logs':
      return encodeLogs(data);
    case 'metrics':
      return encodeMetrics(data);
    case 'traces':
      return encodeTraces(data);
  }
}

/** Data points, spans or log records in a payload. */
export function itemsIn(data: ExportData): number {
  let items = 0;
  switch (data.kind) {
    case 'logs':
      for (const { scopeLogs } of data.resourceLogs) for (const { logRecords } of scopeLogs) items += logRecords.length;
      break;
    case 'metrics':
      for (const { scopeMetrics } of data.resourceMetrics) {
        for (const { metrics } of scopeMetrics) for (const metric of metrics) items += metric.data.points.length;
      }
      break;
    case 'traces':
      for (const { scopeSpans } of data.resourceSpans) for (const { spans } of scopeSpans) items += spans.length;
  }
  return items;
}
