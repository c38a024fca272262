import { type Home, Shard } from '@sonde/linker';
import type { SpanRow, Store } from '@sonde/store';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config.ts';
import { Exports } from '../export/exports.ts';
import type { SpanSink } from '../intake/receiver.ts';
import { Keeping } from '../sampling/keeping.ts';
import { Linking } from './linking.ts';
import { Peers } from './peers.ts';
import { shardRoutes } from './shard-routes.ts';
import { hexOf } from './span-keys.ts';
import { SpanRecords } from './span-records.ts';
import { StoreLinking } from './store-linking.ts';

/** Spans read back after a restart, at most, and how far back, in seconds. */
const MAX_RECALLED = 200_000;
const RECALL = 120;

/** What becomes of spans once they are stored. */
export interface Traces {
  readonly sink: SpanSink;
  /** Routes for other servers that link with this one. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
  /** `null` where nothing is sent on. */
  readonly exports: Exports | null;
  stop(): Promise<void>;
}

type TracesConfig = Pick<ServerConfig, 'linker' | 'sampling' | 'exports' | 'store'>;

/** Starts what the configuration says links spans. */
export async function startTraces(store: Store, log: Logger, config: TracesConfig): Promise<Traces> {
  const { engine } = config.linker;
  if (engine === 'memory') return linkInMemory(store, log, config);
  const linking = engine === 'clickhouse' ? new StoreLinking(store, log, config.linker) : null;
  const exports = await openExports(config, store, log, (traceId) => traceId);
  const onStored = (rows: readonly SpanRow[]) => {
    for (const { traceId, start } of rows) exports?.offer(traceId, Number(start / 1_000_000_000n), Date.now());
  };
  return {
    sink: { to: 'spans', onStored },
    exports,
    routes: async () => {},
    stop: async () => {
      await linking?.stop();
      await exports?.stop();
    },
  };
}

async function openExports(config: TracesConfig, store: Store, log: Logger, nameOf: (traceId: string) => string) {
  return config.exports.length === 0 ? null : Exports.open(config, { store, log, nameOf });
}

/**
 * Links spans in this process, alone or with other servers, and samples traces where that is asked for. Its state is made
 * from the store: after a restart it reads back the spans of the last two minutes, so that a link is lost only if its two
 * ends came further apart than that with the restart between them.
 */
async function linkInMemory(store: Store, log: Logger, config: TracesConfig): Promise<Traces> {
  const { linker, sampling } = config;
  let shard: Shard | null = null;
  let peers: Peers | null = null;
  let unrecalled = 0;
  const linking = new Linking(store, log, linker, () => ({ ...shard?.counts, ...peers?.counts, unrecalled }));
  const nameOf = (traceId: string) => linking.nameOf(traceId);
  const exports = await openExports(config, store, log, nameOf);
  const onKept = (traceIds: readonly string[], since: number) => {
    for (const traceId of traceIds) exports?.offer(traceId, since, Date.now());
  };
  const keeping = sampling.enabled ? new Keeping(store, log, sampling, nameOf, onKept) : null;
  const home: Home = {
    take(record, now) {
      if (!linking.take(record, now)) return;
      if (keeping !== null) keeping.sampler.offer(record, now);
      else exports?.offer(hexOf(record.keys.trace), Math.floor(record.keys.start / 1e6), now);
    },
    leave({ keys, summary }) {
      exports?.leave(hexOf(keys.trace));
      const verdict = keeping?.sampler.leave({ keys, summary }) ?? null;
      return { keys: linking.linker.decided(keys), summary: { ...summary, verdict } };
    },
  };
  if (linker.shards.length > 0) {
    const shards = linker.shards.map((url) => new URL(url).origin);
    const self = shards.indexOf(new URL(linker.self!).origin);
    const maxRecords = linker.maxSpans;
    shard = new Shard(self, shards, home, { maxRecords, maxIdentifiers: maxRecords, horizon: linker.horizon });
    peers = new Peers(shard, { shards, self, token: linker.token }, log);
  }
  const records = new SpanRecords(sampling);
  const offer = (rows: readonly SpanRow[], kept: ReadonlySet<string> = new Set()) => {
    const now = Date.now();
    for (const row of rows) {
      const record = records.of(row, kept.has(row.traceId) ? 'kept' : null);
      if (shard === null) home.take(record, now);
      else shard.span(record, now);
    }
  };
  const since = Math.floor(Date.now() / 1000) - RECALL;
  const kept = keeping === null ? new Set<string>() : await store.keptTraces(since);
  const { spans, more } = await store.spansSince(since, MAX_RECALLED);
  unrecalled = more;
  offer(spans, kept);
  return {
    sink: { to: keeping === null ? 'spans' : 'spans_recent', onStored: offer },
    exports,
    routes: shard === null ? async () => {} : shardRoutes(shard, linker.token),
    stop: async () => {
      await peers?.stop();
      await linking.stop();
      await keeping?.stop();
      await exports?.stop();
    },
  };
}
