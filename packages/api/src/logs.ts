import { z } from 'zod';
import { meta, metaOfOne, rangeQuery } from './schema.ts';

/** Severity ranges of OpenTelemetry, four numbers each from 1 on. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const logLevel = z.enum(LOG_LEVELS);

export const logsQuery = rangeQuery.extend({
  service: z.string().max(1024).optional(),
  /** This level and every one above it. */
  level: logLevel.optional(),
  /** Looked for in body, event and all values of attributes; `key=value` is also an attribute and its value. */
  text: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const traceLogsQuery = rangeQuery.extend({
  /** A span of the trace, 16 hex digits: what was written in it alone. */
  span: z
    .string()
    .regex(/^[0-9a-f]{16}$/i)
    .optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});

export const logRecord = z.object({
  /** Epoch milliseconds with a fraction, on the clock of the host that wrote it. */
  time: z.number(),
  /** `null` where the sender did not say. */
  level: logLevel.nullable(),
  /** 1 to 24, 0 where unknown; and how the sender calls it. */
  severity: z.number().int(),
  severityText: z.string(),
  service: z.string(),
  instance: z.string(),
  host: z.string(),
  /** Name of the logger. */
  scope: z.string(),
  /** Name of the kind of event, '' where it has none. */
  event: z.string(),
  /** The first 16,384 characters; JSON where it is no text. `bodyBytes` is the size of the whole. */
  body: z.string(),
  bodyBytes: z.number().int(),
  attributes: z.record(z.string(), z.string()),
  /** The trace id and the span it was written in, '' outside of any. */
  trace: z.string(),
  span: z.string(),
});

export const logsResponse = z.object({
  meta,
  /** Newest first. */
  logs: z.array(logRecord),
  /** There are older ones: ask again with `to` at the time of the last. */
  truncated: z.boolean(),
});

export const traceLogsResponse = z.object({
  meta: metaOfOne,
  /** Oldest first, of every trace id the trace was put together from. */
  logs: z.array(logRecord),
  truncated: z.boolean(),
});

export type LogLevel = z.infer<typeof logLevel>;
export type LogRecord = z.infer<typeof logRecord>;
