import { z } from 'zod';

/** What may be observed. Enforced in the kernel: outside of it not one byte is copied. */
const scope = z.object({
  cgroups: z.array(z.string().startsWith('/')).default([]).describe('cgroups to observe, with everything below them'),
  pids: z.array(z.int().positive()).default([]).describe('processes to observe'),
  hostWide: z.boolean().default(false).describe('observe every process of this host'),
});

const server = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:4318')
    .describe('where to send metrics and spans (OTLP/HTTP)'),
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
    .default(2 ** 24)
    .describe('size of the ring buffer between kernel and agent, a power of two'),
});

const capture = z.object({
  requestBytes: z.int().min(64).max(4096).default(512).describe('most bytes copied from the start of a request'),
  responseBytes: z.int().min(32).max(4096).default(128).describe('most bytes copied from the start of a response'),
});

export const agentConfig = z.object({
  scope: scope.prefault({}),
  server: server.prefault({}),
  interval: z.int().min(1000).max(300_000).default(10_000).describe('time between two exports, in milliseconds'),
  spool: spool.prefault({}),
  ring: ring.prefault({}),
  capture: capture.prefault({}),
});

export type AgentConfig = z.infer<typeof agentConfig>;
