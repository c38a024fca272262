/**
 * Makes sdk-traces.bin, sdk-metrics.bin and sdk-logs.bin: what the gRPC exporters of the OpenTelemetry SDK for JavaScript
 * send, byte for byte, so that the decoder is checked against bytes its own encoder did not write. golden.test.ts
 * states what must come out. To run it, in a folder of its own with a copy of this file:
 *
 *   npm install --ignore-scripts @opentelemetry/api @opentelemetry/sdk-trace-base @opentelemetry/sdk-metrics \
 *     @opentelemetry/sdk-logs @opentelemetry/resources @opentelemetry/exporter-{trace,metrics,logs}-otlp-grpc
 *   node make-sdk.mjs
 *
 * With an address (`node make-sdk.mjs http://127.0.0.1:4317`) it sends them to a server instead, with times of now.
 */
import { writeFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const target = process.argv[2];
const start = target === undefined ? 1_790_000_000_000 : Date.now();
const resource = resourceFromAttributes({ 'service.name': 'checkout', 'host.name': 'node-1', 'process.pid': 4711 });

const SERVICES = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};

/** A server that writes what it gets into a file for each signal. */
async function recorder() {
  const server = new grpc.Server();
  for (const [signal, service] of Object.entries(SERVICES)) {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    const same = (bytes) => bytes;
    const method = { path, requestStream: false, responseStream: false, requestDeserialize: same, responseSerialize: same };
    server.addService({ Export: { ...method, requestSerialize: same, responseDeserialize: same } }, {
      Export: ({ request }, callback) => {
        writeFileSync(new URL(`sdk-${signal}.bin`, import.meta.url), request);
        callback(null, Buffer.alloc(0));
      },
    });
  }
  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

const { url, stop } = target === undefined ? await recorder() : { url: target, stop() {} };

let spans = 0;
const idGenerator = {
  generateTraceId: () => '0af7651916cd43dd8448eb211c80319c',
  generateSpanId: () => `b7ad6b71692033${(++spans).toString(16).padStart(2, '0')}`,
};
const tracing = new BasicTracerProvider({
  resource,
  idGenerator,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
});
const tracer = tracing.getTracer('shop', '1.2.3');
const server = tracer.startSpan('POST /checkout', { kind: SpanKind.SERVER, startTime: start }, ROOT_CONTEXT);
server.setAttributes({ 'http.response.status_code': 500, 'http.request.method': 'POST', ok: false, list: ['a', 'b'] });
const inside = trace.setSpan(ROOT_CONTEXT, server);
const client = tracer.startSpan('GET', { kind: SpanKind.CLIENT, startTime: start + 1 }, inside);
client.addLink({ context: { ...server.spanContext(), spanId: '00f067aa0ba902b7' }, attributes: { reason: 'retry' } });
client.addEvent('retry', { attempt: 2 }, start + 2);
client.end(start + 3);
server.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
server.end(start + 4);

const logging = new LoggerProvider({
  resource,
  processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) })],
});
logging.getLogger('cart', '2').emit({
  timestamp: start + 2,
  observedTimestamp: start + 3,
  severityNumber: 17,
  severityText: 'ERROR',
  body: 'card declined',
  attributes: { amount: 12.5 },
  context: inside,
});

const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url }) });
const metering = new MeterProvider({ resource, readers: [reader] });
metering.getMeter('shop').createCounter('orders', { unit: '{order}' }).add(3, { kind: 'card' });

await tracing.forceFlush();
await logging.forceFlush();
await metering.forceFlush();
await Promise.all([tracing.shutdown(), logging.shutdown(), metering.shutdown()]);
stop();
