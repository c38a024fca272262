import { encodeExportResponse, encodeExportResponseJson, encodeRpcStatus, type Signal } from '@sonde/otlp';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toApiError } from '../http/errors.ts';
import { authorize } from './admission.ts';
import { parseBatchId } from './batch-id.ts';
import { decompress, type Format, formatOf } from './body.ts';
import { logAnswer } from './log-answer.ts';
import type { Receiver } from './receiver.ts';
import { rpcStatusOf } from './rpc-status.ts';

const CONTENT_TYPES: Record<Format, string> = { protobuf: 'application/x-protobuf', json: 'application/json' };

const RETRY_AFTER_SECONDS = 2;

function answerError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toApiError(thrown, 'SONDE_INTAKE_BAD_PAYLOAD');
  if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'intake failed');
  else request.log.warn({ code: error.code, reason: error.message }, 'intake refused');
  const status = rpcStatusOf(error);
  reply.code(error.status);
  if (error.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (request.headers['content-type']?.startsWith('application/json'))
    return reply.send({ ...status, ...error.toJSON() });
  return reply.type(CONTENT_TYPES.protobuf).send(Buffer.from(encodeRpcStatus(status)));
}

/**
 * OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): POST /v1/traces, /v1/metrics and /v1/logs. Answers 200
 * only when everything not named in the partial success is durable in the store.
 */
export function intakeRoutes(receiver: Receiver) {
  const { tokens, maxBytes, maxDecompressedBytes } = receiver.config;
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error, request, reply) => answerError(request, reply, error));

    const receive = (signal: Signal) => async (request: FastifyRequest, reply: FastifyReply) => {
      authorize(request.headers.authorization, tokens);
      const format = formatOf(request.headers['content-type']);
      const batch = parseBatchId(request.headers['x-sonde-batch']);
      const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const body = await decompress(sent, request.headers['content-encoding'], maxDecompressedBytes);
      const answer = await receiver.take({ signal, format, body, batch });
      logAnswer(request.log, signal, answer);
      reply.type(CONTENT_TYPES[format]);
      if (format === 'json') return encodeExportResponseJson(signal, answer);
      return reply.send(Buffer.from(encodeExportResponse(answer)));
    };
    for (const signal of ['traces', 'metrics', 'logs'] as const) app.post(`/v1/${signal}`, receive(signal));
  };
}
