import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type AttributeMap, decodeMetrics, decodeTraces, type Span } from '@sonde/otlp';

export interface SeenSpan extends Span {
  readonly service: string;
}

export interface SeenPoint {
  readonly service: string;
  readonly metric: string;
  readonly attributes: AttributeMap;
  /** Value of a sum or gauge, count of a histogram. */
  readonly value: number;
  /** Sum of a histogram, in its unit. */
  readonly sum: number;
}

/** An OTLP/HTTP receiver that keeps what it gets, and hands it on where told to. */
export class Sink implements AsyncDisposable {
  readonly spans: SeenSpan[] = [];
  readonly points: SeenPoint[] = [];
  readonly #server: Server;
  readonly #forward: string | null;

  private constructor(server: Server, forward: string | null) {
    this.#server = server;
    this.#forward = forward;
  }

  static async start(forward: string | null = null): Promise<Sink> {
    const server = createServer();
    const sink = new Sink(server, forward);
    server.on('request', async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const body = Buffer.concat(pieces);
      sink.#take(request.url!, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      const status = await sink.#pass(request.url!, request.headers, body);
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sum over the points of a metric with these attributes. */
  total(metric: string, attributes: AttributeMap = {}): number {
    let total = 0;
    for (const point of this.points) {
      if (point.metric !== metric) continue;
      if (Object.keys(attributes).every((key) => point.attributes[key] === attributes[key])) total += point.value;
    }
    return total;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(path: string, body: Uint8Array): void {
    if (path.endsWith('/v1/traces')) {
      for (const { resource, scopeSpans } of decodeTraces(body).resourceSpans) {
        const service = String(resource.attributes['service.name']);
        for (const { spans } of scopeSpans) for (const span of spans) this.spans.push({ ...span, service });
      }
      return;
    }
    for (const { resource, scopeMetrics } of decodeMetrics(body).resourceMetrics) {
      const service = String(resource.attributes['service.name']);
      for (const { name, data } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        for (const point of data.points) {
          const [value, sum] = 'count' in point ? [point.count, point.sum ?? 0] : [point.value, 0];
          this.points.push({ service, metric: name, attributes: point.attributes, value, sum });
        }
      }
    }
  }

  async #pass(path: string, headers: NodeJS.Dict<string | string[]>, body: Buffer): Promise<number> {
    if (this.#forward === null) return 200;
    const { host: _, connection: __, ...passed } = headers;
    const answer = await fetch(this.#forward + path, {
      method: 'POST',
      headers: passed as Record<string, string>,
      body: new Uint8Array(body),
    });
    return answer.status;
  }
}
