import { z } from 'zod';
import { networkNumbers } from './network-numbers.ts';

/** Milliseconds since the epoch, or what a user types: `now`, `now-15m`, `now-1h`, an ISO time. */
export const timeParameter = z.union([z.coerce.number().int().nonnegative(), z.string().min(1).max(40)]);

/** Every data route takes a half-open time range; the default is the last 15 minutes. */
export const rangeQuery = z.object({
  from: timeParameter.default('now-15m'),
  to: timeParameter.default('now'),
  /** Any text: the answer's `meta` then holds the queries it was made from. */
  explain: z.string().max(40).optional(),
});

/** Nanoseconds; `null` where nothing was measured. */
export const latency = z.object({
  avg: z.number().nullable(),
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

/** The end whose observations a number was made from: server-side where there are any, else client-side. Never both. */
export const side = z.enum(['server', 'client']);

export const serviceKindSchema = z.enum(['http', 'rpc', 'database', 'cache', 'queue', 'dns', 'other']);

/** What every list has of each of its rows. */
export const measures = {
  requests: z.number().int(),
  errors: z.number().int(),
  /** errors / requests, `null` without requests. */
  errorRate: z.number().nullable(),
  /** Requests per second over the range. */
  rate: z.number(),
  latency,
  requestBytes: z.number(),
  responseBytes: z.number(),
  side,
};

/** One step of a time series; `time` is the start of the step in epoch milliseconds. */
export const point = z.object({
  time: z.number(),
  requests: z.number(),
  errors: z.number(),
  avg: z.number().nullable(),
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

export const service = z.object({
  name: z.string(),
  kind: serviceKindSchema,
  /** Protocols it was seen to serve, most requests first. */
  protocols: z.array(z.string()),
  ...measures,
  /** Requests per step, for the sparkline. */
  sparkline: z.array(z.number()),
});

export const serviceRow = service.extend({
  /** Instances seen; 0 of a service no agent watches. */
  instances: z.number().int(),
  /** Pods of its workloads, and those of them with every container ready; `null` where no Kubernetes API told of any. */
  pods: z.object({ ready: z.number().int(), all: z.number().int() }).nullable(),
});

export const serviceDetail = service.extend({
  /** Width of a step of `series` in milliseconds. */
  step: z.number(),
  series: z.array(point),
  statuses: z.array(z.object({ status: z.string(), requests: z.number(), errors: z.number() })),
  /** Callers and callees with what flows between them. */
  upstream: z.array(z.object({ name: z.string(), ...measures })),
  downstream: z.array(z.object({ name: z.string(), ...measures })),
});

export const endpoint = z.object({
  protocol: z.string(),
  /** Method or command. */
  operation: z.string(),
  /** Route, table, key pattern, topic. */
  target: z.string(),
  /** Normalised statement where the protocol has one. */
  statement: z.string(),
  ...measures,
  /** Share of the service's total time spent here, 0..1. */
  timeShare: z.number().nullable(),
  statuses: z.record(z.string(), z.number()),
});

export const mapNode = z.object({
  id: z.string(),
  name: z.string(),
  kind: serviceKindSchema,
  /** `service`: seen from inside; `external`: known only as somebody's peer. */
  origin: z.enum(['service', 'external']),
  ...measures,
});

export const mapEdge = z.object({
  source: z.string(),
  target: z.string(),
  protocols: z.array(z.string()),
  ...measures,
  /** What the caller's sockets saw of TCP, the other end's where the caller was not observed; absent where neither was. */
  network: networkNumbers.optional(),
});

/** What one agent says of itself. Times in nanoseconds, sizes in bytes, over the range asked for. */
export const agent = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  kernel: z.string(),
  hookLevel: z.string(),
  scope: z.string(),
  /** Why its spans have no links, '' where they have. */
  unlinked: z.string(),
  /** Why it cannot tell of pods, '' where it can or is not asked to. */
  podProblem: z.string(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  healthy: z.boolean(),
  /** Cores used on average, 0..n. */
  cpu: z.number().nullable(),
  rss: z.number().nullable(),
  records: z.number(),
  exchanges: z.number(),
  userNsPerExchange: z.number().nullable(),
  kernelNsPerExchange: z.number().nullable(),
  programs: z.array(z.object({ program: z.string(), runs: z.number(), timeNs: z.number() })),
  /** Lost records by cause: `ring_full`, `series_limit`, `spool_full`, … */
  drops: z.array(z.object({ cause: z.string(), count: z.number() })),
  /** exchanges / (exchanges + everything lost), `null` where nothing was seen. */
  completeness: z.number().nullable(),
  spoolBytes: z.number(),
});

/** What a list rests on: shown beside every chart. */
export const meta = z.object({
  from: z.number(),
  to: z.number(),
  completeness: z.number().nullable(),
  /** The queries behind the answer, with `?explain`. Parameters stand in the SQL as `{name:Type}`. */
  explain: z
    .array(z.object({ name: z.string(), sql: z.string(), params: z.record(z.string(), z.unknown()) }))
    .optional(),
});

/** Of an answer that is about no range. */
export const metaOfOne = meta.pick({ explain: true });

export const servicesResponse = z.object({ meta, services: z.array(serviceRow) });
export const serviceResponse = z.object({ meta, service: serviceDetail });
export const mapResponse = z.object({ meta, nodes: z.array(mapNode), edges: z.array(mapEdge) });
export const agentsResponse = z.object({ meta, agents: z.array(agent) });

export const errorResponse = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string(), details: z.unknown().optional() }),
});

export type Latency = z.infer<typeof latency>;
export type Point = z.infer<typeof point>;
export type Service = z.infer<typeof service>;
export type ServiceRow = z.infer<typeof serviceRow>;
export type ServiceDetail = z.infer<typeof serviceDetail>;
export type ServiceEndpoint = z.infer<typeof endpoint>;
export type MapNode = z.infer<typeof mapNode>;
export type MapEdge = z.infer<typeof mapEdge>;
export type Agent = z.infer<typeof agent>;
export type Meta = z.infer<typeof meta>;
