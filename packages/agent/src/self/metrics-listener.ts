import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsData } from '@sonde/otlp';
import { PROMETHEUS_CONTENT_TYPE, renderPrometheus } from './prometheus.ts';

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics` for Prometheus, on loopback unless told otherwise; port 0 takes a free one. Rejects where the
 * address cannot be had.
 */
export async function listenForMetrics(
  metrics: () => MetricsData,
  { host = '127.0.0.1', port }: { readonly host?: string; readonly port: number },
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('see /metrics\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else {
      response.writeHead(200, { 'content-type': PROMETHEUS_CONTENT_TYPE }).end(renderPrometheus(metrics()));
    }
  });
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
