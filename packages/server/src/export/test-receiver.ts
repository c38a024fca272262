import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  type LogsData,
  type MetricsData,
  type Resource,
  type Span,
} from '@sonde/otlp';

/**
 * A backend that takes OTLP/HTTP. It knows a batch that comes again because its answer was lost, as a Sonde does: whoever
 * sends cannot know whether it arrived. For tests.
 */
export class TestReceiver implements AsyncDisposable {
  readonly spans: (Span & { readonly resource: Resource })[] = [];
  readonly other: (LogsData | MetricsData)[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly #batches = new Set<string>();
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** On the same port each time. */
  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      this.headers.push(request.headers);
      const batch = String(request.headers['x-sonde-batch']);
      if (!this.#batches.has(batch)) this.#keep(request.url ?? '', gunzipSync(Buffer.concat(chunks)));
      this.#batches.add(batch);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }

  [Symbol.asyncDispose]() {
    return this.stop();
  }

  #keep(path: string, body: Uint8Array): void {
    if (path === '/v1/logs') this.other.push(decodeLogs(body));
    else if (path === '/v1/metrics') this.other.push(decodeMetrics(body));
    else {
      for (const { resource, scopeSpans } of decodeTraces(body).resourceSpans) {
        for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, resource })));
      }
    }
  }
}

/** What is wrong with spans as a backend gets them: ids, parents, repetitions. */
export function faultsOf(spans: readonly Span[]): string[] {
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  const faults = spans.flatMap(({ traceId, spanId, parentSpanId, name, links }) => {
    const found: string[] = [];
    if (!/^(?!0+$)[0-9a-f]{32}$/.test(traceId)) found.push(`${name}: trace id ${traceId}`);
    if (!/^(?!0+$)[0-9a-f]{16}$/.test(spanId)) found.push(`${name}: span id ${spanId}`);
    if (parentSpanId !== '' && !known.has(`${traceId} ${parentSpanId}`))
      found.push(`${name}: no parent ${parentSpanId}`);
    for (const link of links) {
      if (!/^(?!0+$)[0-9a-f]{32}$/.test(link.traceId) || !/^(?!0+$)[0-9a-f]{16}$/.test(link.spanId))
        found.push(`${name}: link to ${link.traceId} ${link.spanId}`);
    }
    return found;
  });
  return known.size === spans.length ? faults : [...faults, `${spans.length - known.size} spans came twice`];
}
