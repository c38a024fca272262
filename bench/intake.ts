/**
 * Spans a second over OTLP/HTTP and OTLP/gRPC into one server: the same exports, gzip, by the same number of senders,
 * in turns. Each answer means that the spans are in the store. The senders run in this process too, so that the figures
 * are low; their ratio counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { serverConfig, startServer } from '@sonde/server';

const SENDERS = 8;
const EXPORTS = 40;
const SPANS = 512;
const ROUNDS = 3;
const SERVICE = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const path = mkdtempSync(join(tmpdir(), 'sonde-bench-intake-'));
const config = serverConfig.parse({
  port: 0,
  intake: { port: 0, grpcPort: 0, timeout: 60_000 },
  store: { path },
  logLevel: 'warn',
});
const server = await startServer(config);

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
let made = 0;

function exportOf(): Buffer {
  const start = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: SPANS }, (_, i): Span => {
    const id = ++made;
    return {
      traceId: `aa${hex(id >> 3, 30)}`,
      spanId: `bb${hex(id, 14)}`,
      parentSpanId: id % 8 === 0 ? '' : `bb${hex(id - 1, 14)}`,
      traceState: '',
      name: `GET /items/{id}/${i % 20}`,
      spanKind: id % 2 === 0 ? 'server' : 'client',
      startTimeUnixNano: start + BigInt(i) * 1000n,
      endTimeUnixNano: start + BigInt(i) * 1000n + 5_000_000n,
      attributes: {
        [ATTR.httpMethod]: 'GET',
        [ATTR.httpRoute]: '/items/{id}',
        [ATTR.urlPath]: `/items/${i}`,
        [ATTR.httpStatus]: 200,
        [ATTR.serverAddress]: '10.0.0.7',
        [ATTR.serverPort]: 8080,
      },
      status: 'unset',
      statusMessage: '',
      links: [],
      events: [],
    };
  });
  const resource = { attributes: { [ATTR.serviceName]: 'shop', [ATTR.hostName]: 'node-1' } };
  const scopeSpans = [{ scope: { name: 'bench', version: '' }, spans }];
  return Buffer.from(encodeTraces({ kind: 'traces', resourceSpans: [{ resource, scopeSpans }] }));
}

const client = new grpc.Client(new URL(server.grpcUrl).host, grpc.credentials.createInsecure(), {
  'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
});
const same = (bytes: Buffer) => bytes;

const SEND: Record<string, (body: Buffer) => Promise<void>> = {
  async http(body) {
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    const response = await fetch(`${server.intakeUrl}/v1/traces`, { method: 'POST', headers, body: gzipSync(body) });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  },
  grpc: (body) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(SERVICE, same, same, body, (error) => (error === null ? resolve() : reject(error)));
    }),
};

async function round(send: (body: Buffer) => Promise<void>): Promise<number> {
  const bodies = Array.from({ length: EXPORTS }, exportOf);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) await send(body);
    }),
  );
  return (EXPORTS * SPANS) / ((performance.now() - started) / 1000);
}

for (const send of Object.values(SEND)) await round(send);
const rates: Record<string, number[]> = { http: [], grpc: [] };
for (let i = 0; i < ROUNDS; i++) {
  for (const [name, send] of Object.entries(SEND)) rates[name].push(Math.round(await round(send)));
}
client.close();
await server.stop();
rmSync(path, { recursive: true, force: true });

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const result = {
  senders: SENDERS,
  spansAnExport: SPANS,
  spansPerSecond: { http: median(rates.http), grpc: median(rates.grpc) },
  rounds: rates,
  grpcToHttp: Number((median(rates.grpc) / median(rates.http)).toFixed(2)),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
