import { z } from 'zod';
import { filterQuery } from './monitoring.ts';
import { endpoint, meta } from './schema.ts';

/** What requests are grouped by: what they worked on (table, key pattern, topic, name), what they did, or both. */
export const usageBy = z.enum(['target', 'operation', 'target-operation']);

/** `in`: what the service is asked; `out`: what it asks others, which of a broker is what it delivers. */
export const usageDirection = z.enum(['in', 'out']);

export const usageQuery = filterQuery.extend({
  by: usageBy.default('target'),
  direction: usageDirection.default('in'),
});

/** Requests to one table, key pattern, topic, RPC service or name; `target` or `operation` is '' where not grouped by. */
export const usageGroup = endpoint.omit({ statement: true, statuses: true }).extend({
  /** Most requests first. */
  operations: z.array(z.object({ operation: z.string(), requests: z.number() })),
  /** `status` in the protocol's own terms, `error` its name where it is one, else ''. Most requests first. */
  statuses: z.array(z.object({ status: z.string(), error: z.string(), requests: z.number() })),
  /** Who asked, of `out` who was asked; most requests first, at most 20; one without a name by its address. */
  callers: z.array(z.object({ name: z.string(), requests: z.number() })),
  callerCount: z.number(),
  /** How many different statements. */
  statements: z.number(),
});

export const usageResponse = z.object({
  meta,
  /** Most requests first. */
  groups: z.array(usageGroup),
  /** There are more groups than one answer holds. */
  truncated: z.boolean(),
});

export type UsageBy = z.infer<typeof usageBy>;
export type UsageDirection = z.infer<typeof usageDirection>;
export type UsageGroup = z.infer<typeof usageGroup>;
