import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR, durationMetric, HISTOGRAM_SCALE, METRIC } from '@sonde/model';
import { type AttributeMap, encodeMetrics, type MetricsData, type ResourceMetrics } from '@sonde/otlp';
import { type SondeServer, serverConfig, startServer } from './index.ts';

export interface TestServer extends SondeServer, AsyncDisposable {
  /** Folder of the store. */
  readonly path: string;
}

/** A server on free ports over a store in a temporary folder, for tests. Only one per process at a time. */
export async function startTestServer(overrides: Record<string, unknown> = {}): Promise<TestServer> {
  const path = mkdtempSync(join(tmpdir(), 'sonde-server-'));
  const config = serverConfig.parse({ port: 0, logLevel: 'silent', ...overrides });
  const server = await startServer({
    ...config,
    intake: { ...config.intake, port: 0, grpcPort: 0 },
    store: { ...config.store, path },
  });
  return {
    ...server,
    path,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Exchanges of one series as an agent sends them: all with the same duration bin. */
export interface TestExchanges {
  readonly resource: AttributeMap;
  readonly attributes: AttributeMap;
  readonly side: 'client' | 'server';
  /** Seconds since the epoch; the interval is 10 s long. */
  readonly time: number;
  readonly count: number;
  /** Bin of the model. */
  readonly bin: number;
  readonly seconds: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

export function resourceMetricsOf(exchanges: TestExchanges): ResourceMetrics {
  const { side, time, count, bin, seconds } = exchanges;
  const attributes = { [ATTR.protocolName]: 'http', [ATTR.side]: side, ...exchanges.attributes };
  const times = { startTimeUnixNano: BigInt(time) * 10n ** 9n, timeUnixNano: BigInt(time + 10) * 10n ** 9n };
  const sum = (name: string, value: number) => ({
    name,
    unit: 'By',
    data: { kind: 'sum', temporality: 'delta', monotonic: true, points: [{ attributes, ...times, value }] } as const,
  });
  const histogram = {
    attributes,
    ...times,
    count,
    sum: seconds,
    scale: HISTOGRAM_SCALE,
    zeroCount: 0,
    positive: { offset: bin, bucketCounts: [count] },
  };
  return {
    resource: { attributes: exchanges.resource },
    scopeMetrics: [
      {
        scope: { name: 'sonde', version: '0' },
        metrics: [
          {
            name: durationMetric('http', side),
            unit: 's',
            data: { kind: 'exponential-histogram', temporality: 'delta', points: [histogram] },
          },
          sum(METRIC.requestBytes, exchanges.requestBytes ?? 0),
          sum(METRIC.responseBytes, exchanges.responseBytes ?? 0),
        ],
      },
    ],
  };
}

export function metricsOf(...exchanges: readonly TestExchanges[]): MetricsData {
  return { kind: 'metrics', resourceMetrics: exchanges.map(resourceMetricsOf) };
}

export function postMetrics(url: string, data: MetricsData, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body: encodeMetrics(data) as Uint8Array<ArrayBuffer>,
  });
}
