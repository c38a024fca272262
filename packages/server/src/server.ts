import { fileURLToPath } from 'node:url';
import { Store, type StoreConfig } from '@sonde/store';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { type Logger, pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { parseChannel } from './alerts/channels/channel.ts';
import { AlertEngine } from './alerts/engine.ts';
import { answersFrom } from './answers/answers.ts';
import type { ServerConfig } from './config.ts';
import { apiRoutes } from './http/api.ts';
import { toApiError } from './http/errors.ts';
import { healthRoutes } from './http/health.ts';
import { webRoutes } from './http/web.ts';
import { ImportCounts } from './intake/datadog/counts.ts';
import { datadogRoutes } from './intake/datadog/routes.ts';
import { intakeGrpc } from './intake/grpc/services.ts';
import { Receiver } from './intake/receiver.ts';
import { intakeRoutes } from './intake/routes.ts';
import { startTraces } from './linking/traces.ts';

const WEB_ROOT = fileURLToPath(new URL('../../web/dist', import.meta.url));

const RETAIN_EVERY = 60_000;

export interface SondeServer {
  /** Origin of pages and API, such as `http://127.0.0.1:7600`. */
  readonly url: string;
  /** Origin of the OTLP/HTTP intake; `url` takes the same. */
  readonly intakeUrl: string;
  /** Origin of the OTLP/gRPC intake. */
  readonly grpcUrl: string;
  readonly store: Store;
  /** Answers what was asked, stores what was taken, and closes. */
  stop(): Promise<void>;
}

function storeConfig({ store }: ServerConfig, log: Logger): StoreConfig {
  const { path, url, username, password, retention } = store;
  const credentials = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  return {
    path,
    retention,
    ...(url === undefined ? {} : { server: { url, ...credentials } }),
    onRetry: (error, attempt) =>
      log.warn({ err: error, attempt }, 'the store did not take a group of rows, trying again'),
  };
}

/** For paths that are no URLs: they match no route. */
function answerBadUrl(thrown: unknown, _request: unknown, reply: FastifyReply): void {
  const error = toApiError(thrown, 'SONDE_API_BAD_QUERY');
  reply.code(error.status).send(error.toJSON());
}

function httpServer(log: Logger): FastifyInstance {
  return Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    frameworkErrors: answerBadUrl,
    requestTimeout: 30_000,
  });
}

/** Starts pages, API and intake. Rejects where a port is taken (`code` EADDRINUSE) and with StoreUnusable. */
export async function startServer(config: ServerConfig): Promise<SondeServer> {
  const log = pino({ name: 'sonde-server', level: config.logLevel }, pino.destination(2));
  const store = await Store.open(storeConfig(config, log));
  const traces = await startTraces(store, log, config);
  const alerts = await AlertEngine.start(store, {
    channels: config.alerts.channels.map((text) => parseChannel(text)).filter((channel) => channel !== null),
    pageUrl: config.alerts.pageUrl.replace(/\/+$/, ''),
    evaluates: config.alerts.enabled,
    log,
  });
  const receiver = new Receiver(store, config.intake, traces.sink, async (data) => traces.exports?.forward(data));
  const pages = httpServer(log);
  const intake = httpServer(log);
  const grpc = intakeGrpc(receiver, store, log);
  const retain = async () => {
    try {
      for (const removal of await store.retain()) log.info(removal, 'rows removed');
    } catch (error) {
      log.error({ err: error }, 'retention failed');
    }
  };
  const timer = setInterval(retain, RETAIN_EVERY);
  const stop = async () => {
    clearInterval(timer);
    await Promise.all([pages.close(), intake.close(), grpc.close(), alerts.stop()]);
    await traces.stop();
    await store.close();
  };
  try {
    const imports = new ImportCounts();
    for (const app of [pages, intake]) {
      await app.register(healthRoutes(store));
      await app.register(datadogRoutes(store, config.intake, imports));
    }
    await pages.register(intakeRoutes(receiver));
    await pages.register(apiRoutes(answersFrom({ store, imports, alerts }), packageJson.version));
    await pages.register(webRoutes(WEB_ROOT));
    await intake.register(intakeRoutes(receiver));
    await intake.register(traces.routes);
    const url = await pages.listen({ host: config.host, port: config.port });
    const intakeUrl = await intake.listen({ host: config.host, port: config.intake.port });
    const grpcUrl = await grpc.listen({ host: config.host, port: config.intake.grpcPort });
    if (config.alerts.enabled) alerts.every(config.alerts.interval * 1000);
    log.info({ url, intakeUrl, grpcUrl, store: config.store.url ?? config.store.path }, 'server started');
    return { url, intakeUrl, grpcUrl, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
