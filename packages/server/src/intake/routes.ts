import {
  encodeExportResponse,
  encodeExportResponseJson,
  encodeRpcStatus,
  type MetricsData,
  type TracesData,
} from '@sonde/otlp';
import type { SpanRow, Store } from '@sonde/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config.ts';
import { toApiError } from '../http/errors.ts';
import { authorize, within } from './admission.ts';
import { parseBatchId } from './batch-id.ts';
import { decode, decompress, type Format, formatOf, type Signal } from './body.ts';
import { KnownResources } from './known-resources.ts';
import { type Mapped, metricsIntake } from './metrics.ts';
import { tracesIntake } from './spans.ts';
import { AcceptedTimes } from './times.ts';

const CONTENT_TYPES: Record<Format, string> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** Codes of google.rpc.Status by HTTP status. */
const RPC_CODES: Record<number, number> = { 401: 16, 429: 8, 500: 13, 503: 14 };
const INVALID_ARGUMENT = 3;

const RETRY_AFTER_SECONDS = 2;

function map(data: MetricsData | TracesData, times: AcceptedTimes): Mapped {
  return data.kind === 'metrics' ? metricsIntake(data, times) : tracesIntake(data, times);
}

function answerError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toApiError(thrown, 'SONDE_INTAKE_BAD_PAYLOAD');
  if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'intake failed');
  else request.log.warn({ code: error.code, reason: error.message }, 'intake refused');
  const status = { code: RPC_CODES[error.status] ?? INVALID_ARGUMENT, message: `${error.code}: ${error.message}` };
  reply.code(error.status);
  if (error.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (request.headers['content-type']?.startsWith('application/json'))
    return reply.send({ ...status, ...error.toJSON() });
  return reply.type(CONTENT_TYPES.protobuf).send(Buffer.from(encodeRpcStatus(status)));
}

/** Which table spans go to, and who hears of those that are in it. */
export interface SpanSink {
  readonly to: 'spans' | 'spans_recent';
  readonly onStored: (spans: readonly SpanRow[]) => void;
}

/**
 * OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): POST /v1/metrics and /v1/traces. Answers 200 only
 * when everything not named in the partial success is durable in the store.
 */
export function intakeRoutes(store: Store, config: ServerConfig['intake'], spans: SpanSink) {
  const resources = new KnownResources();
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.maxBytes }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error, request, reply) => answerError(request, reply, error));

    const receive = (signal: Signal) => async (request: FastifyRequest, reply: FastifyReply) => {
      authorize(request.headers.authorization, config.tokens);
      const format = formatOf(request.headers['content-type']);
      const batch = parseBatchId(request.headers['x-sonde-batch']);
      const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const body = await decompress(sent, request.headers['content-encoding'], config.maxDecompressedBytes);
      const now = Math.floor(Date.now() / 1000);
      const { intake, rejected } = map(decode(signal, format, body), new AcceptedTimes(now, config.maxAge));
      const changed = resources.changed(intake.resources);
      const rows = { ...intake, spansTo: spans.to, resources: changed, ...(batch === undefined ? {} : { batch }) };
      const outcome = await within(config.timeout, store.write(rows));
      if (outcome === 'stored') spans.onStored(rows.spans);
      request.log.debug({ signal, outcome, rejected: rejected.count, requests: rows.requests.length }, 'intake');
      const answer = { rejected: rejected.count, errorMessage: rejected.message };
      reply.type(CONTENT_TYPES[format]);
      if (format === 'json') return encodeExportResponseJson(signal, answer);
      return reply.send(Buffer.from(encodeExportResponse(answer)));
    };
    app.post('/v1/metrics', receive('metrics'));
    app.post('/v1/traces', receive('traces'));
  };
}
