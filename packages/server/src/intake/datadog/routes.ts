import { ApiError } from '@sonde/api';
import type { Store } from '@sonde/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../../config.ts';
import { toApiError } from '../../http/errors.ts';
import { authorize, within } from '../admission.ts';
import { KnownResources } from '../known-resources.ts';
import { AcceptedTimes } from '../times.ts';
import { batchOf } from './batch.ts';
import type { ImportCounts } from './counts.ts';
import { REPLY } from './frame.ts';
import { intakeOf } from './intake.ts';
import { KnownHosts } from './known-hosts.ts';
import { readMessage } from './read.ts';

/** Where agents post framed messages. What is in them is told by the type in the frame, not by the path. */
const FRAMED = [
  '/api/v1/connections',
  '/api/v1/collector',
  '/api/v1/container',
  '/api/v1/discovery',
  '/api/v2/orch',
  '/api/v2/orchmanif',
];

/** The one payload without a frame; nothing of it is used. */
const UNFRAMED = '/api/v2/proclcycle';

/** Agents from this version on count single status codes by themselves. */
const EXACT_SINCE = [7, 52];

const bad = (message: string, cause?: unknown) => new ApiError('SONDE_INTAKE_BAD_FRAME', message, undefined, { cause });

function isExact(version: string | undefined): boolean {
  const [major, minor] = (version ?? '').split('.').map(Number);
  return major > EXACT_SINCE[0] || (major === EXACT_SINCE[0] && minor >= EXACT_SINCE[1]);
}

const header = (request: FastifyRequest, name: string) => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** The intake of Datadog process-agents, with `process_config.process_dd_url` set to this server. */
export function datadogRoutes(
  store: Store,
  config: ServerConfig['intake'],
  counts: ImportCounts,
  known = new KnownHosts(),
) {
  const resources = new KnownResources();

  const take = async (request: FastifyRequest): Promise<void> => {
    authorize(header(request, 'dd-api-key') ?? request.headers.authorization, config.tokens);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
    const message = await readMessage(body, isJson, config.maxDecompressedBytes);
    if (message === null) {
      counts.ignored++;
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const told = Number(header(request, 'x-dd-agent-timestamp'));
    const checked = Number.isSafeInteger(told) && told > 0 ? told : now;
    const problem = new AcceptedTimes(now, config.maxAge).problemOf(checked);
    if (problem !== null) throw bad(`x-dd-agent-timestamp: ${problem}`);
    const exactStatuses = isExact(header(request, 'x-dd-processagentversion'));
    const { intake, rejected } = intakeOf(message, { checked, now, exactStatuses, known });
    for (const [reason, items] of rejected.reasons) counts.leaveOut(reason, items);
    const batch = batchOf(header(request, 'x-dd-request-id'), checked, message.hostName, body);
    const rows = { ...intake, resources: resources.changed(intake.resources), batch };
    counts[await within(config.timeout, store.write(rows))]++;
  };

  const refuse = (request: FastifyRequest, reply: FastifyReply, thrown: unknown) => {
    const error = toApiError(thrown, 'SONDE_INTAKE_BAD_FRAME');
    counts.refuse(error.code);
    if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'import failed');
    else request.log.warn({ code: error.code, reason: error.message }, 'import refused');
    return reply.code(error.status).send(error.toJSON());
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.maxBytes }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
    const answer = (reply: FastifyReply) => reply.type('application/x-protobuf').send(REPLY);
    for (const path of FRAMED) {
      app.post(path, async (request, reply) => {
        await take(request);
        return answer(reply);
      });
    }
    app.post(UNFRAMED, async (_request, reply) => {
      counts.ignored++;
      return answer(reply);
    });
  };
}
