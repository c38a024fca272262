import { z } from 'zod';
import { contrast } from './monitoring.ts';
import { meta, metaOfOne, rangeQuery } from './schema.ts';

const milliseconds = z.coerce.number().int().nonnegative().max(8.64e15);
const nanoseconds = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const spanKind = z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']);

const spanFilter = {
  service: z.string().max(1024).optional(),
  /** Instance of the service. */
  instance: z.string().max(1024).optional(),
  /** Name of the span, exactly. */
  operation: z.string().max(4096).optional(),
  /** Service at the other end of the span: finds calls to what no agent watches. */
  peer: z.string().max(1024).optional(),
  kind: spanKind.optional(),
  errors: z.enum(['true', 'false']).default('false'),
  /** `key=value` of an attribute, exactly; other text is looked for in names, messages and all values of attributes. */
  text: z.string().max(1024).optional(),
};

/** A trace is listed where one of its spans fulfils all filters at once. */
export const tracesQuery = rangeQuery.extend({
  ...spanFilter,
  minDuration: nanoseconds.optional(),
  maxDuration: nanoseconds.optional(),
  sort: z.enum(['recent', 'slowest']).default('recent'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const traceSummary = z.object({
  /** 32 hex digits. */
  id: z.string(),
  /** Epoch milliseconds with a fraction. */
  start: z.number(),
  /** From the first start to the last end, nanoseconds. */
  duration: z.number(),
  spans: z.number().int(),
  errors: z.number().int(),
  /** Most spans first. */
  services: z.array(z.object({ name: z.string(), spans: z.number().int() })),
  /** The earliest span. */
  root: z.object({ service: z.string(), name: z.string() }),
  /** The longest span that fulfils the filters. */
  match: z.object({
    service: z.string(),
    name: z.string(),
    start: z.number(),
    duration: z.number(),
    error: z.boolean(),
  }),
});

export const tracesResponse = z.object({
  meta,
  traces: z.array(traceSummary),
  /** There are more. */
  truncated: z.boolean(),
});

/** The area: epoch milliseconds, half-open; durations above `areaLow` and up to `areaHigh`. All four or none. */
export const traceHeatmapQuery = rangeQuery.extend({
  ...spanFilter,
  areaFrom: milliseconds.optional(),
  areaTo: milliseconds.optional(),
  areaLow: nanoseconds.optional(),
  areaHigh: nanoseconds.optional(),
});

export const traceHeatmapResponse = z.object({
  meta,
  heatmap: z.object({
    /** Width of a column in milliseconds, and its start in epoch milliseconds. */
    step: z.number(),
    times: z.array(z.number()),
    /** Ascending bounds in nanoseconds, one more than rows; empty without spans. */
    bounds: z.array(z.number()),
    /** Spans that fulfil the filters, by column, then row. */
    spans: z.array(z.array(z.number())),
    /** Values over-represented in the area, the strongest first; empty without an area. */
    contrast,
  }),
});

export const traceQuery = rangeQuery;

/** Why a span hangs where it does. */
const link = z.object({
  /**
   * `sequence`: both ends counted the same bytes of the same connection; `context`, `header`: a trace context in the
   * request; `application`: the application says so; others: seen inside of the process, `sonde.link.method`.
   */
  method: z.string(),
  /** 0..1 */
  confidence: z.number(),
});

export const traceSpan = z.object({
  /** 16 hex digits. */
  id: z.string(),
  /** Another span of the answer, '' at a root. */
  parent: z.string(),
  /** `null` at a root. */
  link: link.nullable(),
  /** Parents that are possible, but not sure enough, or named by a context that was not adopted. They may be in another trace. */
  candidates: z.array(link.extend({ span: z.string(), trace: z.string() })),
  /** The trace id the span was sent with. */
  trace: z.string(),
  /** Who saw it: the application itself, the kernel at a socket of a process, or packets on the network. */
  source: z.enum(['application', 'kernel', 'network']),
  service: z.string(),
  instance: z.string(),
  host: z.string(),
  kind: spanKind,
  name: z.string(),
  /** Nanoseconds after the start of the trace, on the clock of the root's host. */
  offset: z.number(),
  duration: z.number(),
  /** By how much the clock of the span's host is ahead of that of the root's host, nanoseconds; taken off `offset`. */
  clockShift: z.number(),
  error: z.boolean(),
  statusMessage: z.string(),
  attributes: z.record(z.string(), z.string()),
  events: z.array(z.object({ offset: z.number(), name: z.string(), attributes: z.record(z.string(), z.unknown()) })),
});

export const traceDetail = z.object({
  id: z.string(),
  /** All trace ids it was put together from. */
  ids: z.array(z.string()),
  start: z.number(),
  duration: z.number(),
  errors: z.number().int(),
  services: z.array(z.object({ name: z.string(), spans: z.number().int() })),
  /** In order of `offset`; every parent is one of them, and no span is its own ancestor. */
  spans: z.array(traceSpan),
  /** There are more spans than one answer holds. */
  truncated: z.boolean(),
});

export const traceResponse = z.object({ meta: metaOfOne, trace: traceDetail });

export type TraceHeatmap = z.infer<typeof traceHeatmapResponse>['heatmap'];
export type TraceSummary = z.infer<typeof traceSummary>;
export type TraceSpan = z.infer<typeof traceSpan>;
export type TraceDetail = z.infer<typeof traceDetail>;
