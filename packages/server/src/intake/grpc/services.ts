import { ApiError } from '@sonde/api';
import { encodeExportResponse, GRPC_METHODS, type Signal } from '@sonde/otlp';
import type { Store } from '@sonde/store';
import type { Logger } from 'pino';
import { toApiError } from '../../http/errors.ts';
import { isHealthy } from '../../http/health.ts';
import { authorize } from '../admission.ts';
import { parseBatchId } from '../batch-id.ts';
import { decompress } from '../body.ts';
import { logAnswer } from '../log-answer.ts';
import type { Receiver } from '../receiver.ts';
import { rpcStatusOf } from '../rpc-status.ts';
import { GrpcServer, type UnaryCall } from './grpc-server.ts';

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md; any service name gets the answer for all. */
const HEALTH = '/grpc.health.v1.Health/Check';
const SERVING = Uint8Array.of(0x08, 1);
const NOT_SERVING = Uint8Array.of(0x08, 2);

/** OTLP/gRPC: the same exports, limits, tokens and promises as OTLP/HTTP; and the health of the server. */
export function intakeGrpc(receiver: Receiver, store: Pick<Store, 'ping'>, log: Logger): GrpcServer {
  const { tokens, maxBytes, maxDecompressedBytes } = receiver.config;
  const receive =
    (signal: Signal) =>
    async ({ headers, message, encoding }: UnaryCall): Promise<Uint8Array> => {
      authorize(headers.authorization, tokens);
      const batch = parseBatchId(headers['x-sonde-batch']);
      const body = await decompress(message, encoding, maxDecompressedBytes);
      const answer = await receiver.take({ signal, format: 'protobuf', body, batch });
      logAnswer(log, signal, answer);
      return encodeExportResponse(answer);
    };
  const signals = Object.keys(GRPC_METHODS) as Signal[];
  return new GrpcServer({
    methods: new Map([
      ...signals.map((signal) => [GRPC_METHODS[signal], receive(signal)] as const),
      [HEALTH, async () => ((await isHealthy(store)) ? SERVING : NOT_SERVING)],
    ]),
    maxBytes,
    statusOf: (thrown) => {
      const error = toApiError(thrown, 'SONDE_INTAKE_BAD_PAYLOAD');
      if (error.status >= 500) log.error({ err: thrown, code: error.code }, 'intake failed');
      else log.warn({ code: error.code, reason: error.message }, 'intake refused');
      return rpcStatusOf(error);
    },
    errors: {
      tooLarge: () => new ApiError('SONDE_INTAKE_TOO_LARGE', `the message is over ${maxBytes} bytes`),
      badFrame: (reason) => new ApiError('SONDE_INTAKE_BAD_PAYLOAD', reason),
      unknownMethod: (path) => new ApiError('SONDE_API_NOT_FOUND', `there is no method ${path}`),
    },
  });
}
