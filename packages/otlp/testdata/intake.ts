import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeMetrics, decodeTraces, type MetricsData, type TracesData } from '../src/index.ts';

/** What the server does with a request that was read whole. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const ok: Answer = (response) => response.writeHead(200).end();
export const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

/** A real server that keeps what it acknowledged, by batch id, as an intake does. */
export class Intake {
  readonly requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  readonly values: number[] = [];
  readonly #seen = new Set<string>();
  answer: Answer = ok;
  port = 0;
  #server = this.#create();

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(this.port, '127.0.0.1', () => {
        this.port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#server = this.#create();
  }

  #create() {
    return createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      this.requests.push({ path: request.url ?? '', headers: request.headers });
      response.on(
        'finish',
        () => response.statusCode === 200 && this.#keep(request, gunzipSync(Buffer.concat(chunks))),
      );
      this.answer(response, request);
    });
  }

  #keep(request: IncomingMessage, body: Uint8Array): void {
    const id = String(request.headers['x-sonde-batch']);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.values.push(
      request.url?.endsWith('/v1/metrics') ? numberIn(decodeMetrics(body)) : spansOf(decodeTraces(body)),
    );
  }
}

const numberIn = (data: MetricsData): number => {
  const metric = data.resourceMetrics[0].scopeMetrics[0].metrics[0].data;
  return metric.kind === 'gauge' ? metric.points[0].value : Number.NaN;
};
const spansOf = (data: TracesData): number => Number(data.resourceSpans[0].scopeSpans[0].spans[0].name);

/** A batch of one metric with this value; the padding makes it larger. */
export function metrics(value: number, padding = ''): MetricsData {
  const point = { attributes: { padding }, startTimeUnixNano: 0n, timeUnixNano: 1n, value };
  const metric = { name: 'm', unit: '1', data: { kind: 'gauge', points: [point] } } as const;
  const scopeMetrics = [{ scope: { name: 'sonde', version: '' }, metrics: [metric] }];
  return { kind: 'metrics', resourceMetrics: [{ resource: { attributes: {} }, scopeMetrics }] };
}

/** A batch of one span that is named as this value. */
export function traces(value: number): TracesData {
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    traceState: '',
    name: String(value),
    spanKind: 'server',
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    attributes: {},
    status: 'unset',
    statusMessage: '',
    links: [],
    events: [],
  } as const;
  const scopeSpans = [{ scope: { name: 'sonde', version: '' }, spans: [span] }];
  return { kind: 'traces', resourceSpans: [{ resource: { attributes: {} }, scopeSpans }] };
}
