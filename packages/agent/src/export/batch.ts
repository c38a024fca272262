import { encodeMetrics, encodeTraces, type MetricsData, type TracesData } from '@sonde/otlp';

export type Signal = 'metrics' | 'traces';

/** One export request on its way to the server. The body is the OTLP protobuf message, gzip compressed. */
export interface Batch {
  readonly agentId: string;
  /** Ascending over all batches of an agent, also across its restarts. With `agentId` it names the batch for good. */
  readonly sequence: number;
  readonly signal: Signal;
  /** Data points or spans. */
  readonly items: number;
  readonly body: Uint8Array;
}

/** The value of the header by which the server recognises a batch it already has. */
export function batchId(batch: Batch): string {
  return `${batch.agentId}/${batch.sequence}`;
}

export function encode(data: MetricsData | TracesData): Uint8Array {
  return data.kind === 'metrics' ? encodeMetrics(data) : encodeTraces(data);
}

/** Data points or spans in a payload. */
export function itemsIn(data: MetricsData | TracesData): number {
  let items = 0;
  if (data.kind === 'metrics') {
    for (const { scopeMetrics } of data.resourceMetrics) {
      for (const { metrics } of scopeMetrics) for (const metric of metrics) items += metric.data.points.length;
    }
  } else {
    for (const { scopeSpans } of data.resourceSpans) for (const { spans } of scopeSpans) items += spans.length;
  }
  return items;
}
