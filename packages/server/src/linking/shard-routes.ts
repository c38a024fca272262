import { ApiError } from '@sonde/api';
import { BadBatch, type Shard } from '@sonde/linker';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toApiError } from '../http/errors.ts';
import { authorize } from '../intake/admission.ts';
import { MESSAGES_PATH } from './peers.ts';

/** More than a shard ever sends at once. */
const MAX_BYTES = 2 ** 20;

/** Takes the messages of other shards. */
export function shardRoutes(shard: Shard, token: string) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BYTES }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((thrown, _request, reply) => {
      const error = toApiError(thrown, 'SONDE_LINKER_BAD_MESSAGES');
      return reply.code(error.status).send(error.toJSON());
    });
    app.post(MESSAGES_PATH, async (request: FastifyRequest, reply: FastifyReply) => {
      authorize(request.headers.authorization, token === '' ? [] : [token]);
      const batch = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        shard.receive(batch, Date.now());
      } catch (error) {
        if (!(error instanceof BadBatch)) throw error;
        throw new ApiError(
          error.reason === 'list' ? 'SONDE_LINKER_OTHER_SHARDS' : 'SONDE_LINKER_BAD_MESSAGES',
          error.message,
        );
      }
      return reply.code(204).send();
    });
  };
}
