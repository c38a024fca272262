import { z } from 'zod';

/** What may be observed. Enforced in the kernel: outside of it not one byte is copied. */
const scope = z.object({
  cgroups: z.array(z.string().startsWith('/')).default([]).describe('cgroups to observe, with everything below them'),
  pids: z.array(z.int().positive()).default([]).describe('processes to observe, with their children'),
  hostWide: z.boolean().default(false).describe('observe every process of this host'),
});

const server = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:4318')
    .describe('where to send metrics and spans (OTLP/HTTP)'),
  token: z.string().min(1).optional().describe('token the server asks for').meta({ secret: true }),
});

const spool = z.object({
  path: z.string().default('/var/lib/sonde/spool').describe('folder for what the server could not take yet'),
  maxBytes: z
    .int()
    .nonnegative()
    .default(256 * 2 ** 20)
    .describe('most bytes kept there; beyond it the oldest are lost and counted'),
});

const ring = z.object({
  bytes: z
    .int()
    .min(2 ** 16)
    .max(2 ** 30)
    .refine((bytes) => Number.isInteger(Math.log2(bytes)), 'must be a power of two')
    .default(2 ** 23)
    .describe('size of the ring buffer between kernel and agent, a power of two'),
});

const capture = z
  .object({
    requestBytes: z
      .int()
      .min(64)
      .max(1408)
      .default(768)
      .describe(
        'most bytes copied from the start of a request with its turn; more of long heads and statements comes apart',
      ),
    responseBytes: z.int().min(32).max(1408).default(256).describe('most bytes copied from the start of a response'),
    segmentBytes: z
      .int()
      .min(256)
      .max(65_536)
      .default(65_536)
      .describe('most bytes copied of one write on a connection with several requests in flight'),
  })
  .refine(({ requestBytes, responseBytes }) => requestBytes + responseBytes <= 1536, {
    path: ['requestBytes'],
    message: 'requestBytes and responseBytes are at most 1536 together',
  });

const spans = z.object({
  link: z.boolean().default(true).describe('find out which calls were made for which request'),
  perSecond: z
    .int()
    .nonnegative()
    .default(200)
    .describe('most spans a second for each service; what is left out is counted, metrics stay exact'),
});

const cpython = z.object({
  enabled: z
    .boolean()
    .default(true)
    .describe('tell the tasks of asyncio apart in Python processes, by reading which context runs'),
  uprobes: z
    .boolean()
    .default(true)
    .describe(
      'see tasks being made, by a uprobe in these processes: calls of gather, to_thread and the like get links',
    ),
  birthsPerSecond: z
    .int()
    .positive()
    .default(50_000)
    .describe('runs of that uprobe a second; a process with more is left alone, and its calls are linked by thread'),
});

const go = z.object({
  enabled: z.boolean().default(true).describe('tell goroutines apart in Go processes, by reading which one runs'),
  uprobes: z
    .boolean()
    .default(true)
    .describe('see goroutines being made and requests of net/http being sent, by uprobes in these processes'),
  birthsPerSecond: z
    .int()
    .positive()
    .default(50_000)
    .describe('runs of these uprobes a second; a process with more is left alone, and its calls are linked by thread'),
});

const metrics = z.object({
  port: z.int().min(0).max(65_535).default(0).describe('port of the Prometheus page on loopback, 0 for none'),
});

const kubernetes = z.object({
  enabled: z.boolean().default(true).describe('ask the Kubernetes API about pods; outside of clusters nobody is asked'),
  node: z.string().default('').describe('node whose pods are told of; empty for $NODE_NAME, without it all pods'),
});

export const agentConfig = z.object({
  scope: scope.prefault({}),
  server: server.prefault({}),
  interval: z.int().min(1000).max(300_000).default(10_000).describe('time between two exports, in milliseconds'),
  nice: z
    .int()
    .min(-20)
    .max(19)
    .default(-5)
    .describe('scheduling priority of the agent; below 0 it keeps up where all processors are busy'),
  spool: spool.prefault({}),
  ring: ring.prefault({}),
  capture: capture.prefault({}),
  spans: spans.prefault({}),
  runtimes: z.object({ cpython: cpython.prefault({}), go: go.prefault({}) }).prefault({}),
  metrics: metrics.prefault({}),
  kubernetes: kubernetes.prefault({}),
});

export type AgentConfig = z.infer<typeof agentConfig>;
