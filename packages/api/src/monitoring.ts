import { z } from 'zod';
import { endpoint, latency, meta, rangeQuery, side } from './schema.ts';

const name = z.string().min(1).max(1024).optional();
export const milliseconds = z.coerce.number().positive().max(3_600_000);

/** Which part of a service is looked at: requests that have all the values given. */
export const filterQuery = rangeQuery.extend({
  protocol: name,
  operation: z.string().max(1024).optional(),
  target: z.string().max(1024).optional(),
  statement: z.string().max(65_536).optional(),
  instance: name,
  host: name,
  /** Service at the other end. */
  peer: name,
  status: name,
  error: name,
  /** Whose observations: without it the service's own, its callers' where it has none. */
  side: side.optional(),
});

/** 0 < p < 100, comma-separated, at most 8. */
export const percentiles = z.string().regex(/^\d{1,2}(\.\d{1,3})?(,\d{1,2}(\.\d{1,3})?){0,7}$/);

/** Against which time before the numbers are held. */
export const COMPARISONS = ['1h', '1d', '1w'] as const;

export const overviewQuery = filterQuery.extend({
  /** Percentile lines. */
  percentiles: percentiles.default('50,75,99'),
  /** Apdex threshold T in milliseconds: satisfied up to T, tolerating up to 4 T. */
  apdex: milliseconds.default(500),
  /** From how many milliseconds on a request is slow. */
  slow: milliseconds.default(8000),
  compare: z.enum(COMPARISONS).optional(),
  /** By what the slowest endpoints are chosen: P99, of those with 10 requests or more, or how many requests are slow. */
  top: z.enum(['p99', 'slow']).default('p99'),
});

const lines = z.array(z.number().nullable());

/** Numbers of a service, or a part of it, over a range. Latencies are nanoseconds. */
export const overviewNumbers = z.object({
  requests: z.number(),
  errors: z.number(),
  errorRate: z.number().nullable(),
  /** Answers of class 4xx, which are no errors of the service. */
  clientErrors: z.number(),
  clientErrorRate: z.number().nullable(),
  rate: z.number(),
  latency,
  /** One value for each percentile asked for. */
  lines,
  /** The greatest duration's bin. */
  max: z.number().nullable(),
  /** (satisfied + tolerating / 2) / measured, errors being neither; `null` without durations. */
  apdex: z.number().nullable(),
  slow: z.number(),
  slowRate: z.number().nullable(),
  requestBytes: z.number(),
  responseBytes: z.number(),
});

export const overviewPoint = z.object({
  time: z.number(),
  requests: z.number(),
  errors: z.number(),
  avg: z.number().nullable(),
  lines,
  apdex: z.number().nullable(),
});

export const slowEndpoint = endpoint.extend({
  /** Requests that took the threshold or longer. */
  slow: z.number(),
  slowRate: z.number().nullable(),
  max: z.number().nullable(),
});

/** From how many milliseconds on a request is slow, for each endpoint. */
export const endpointsQuery = rangeQuery.extend({ slow: milliseconds.default(8000) });

export const endpointsResponse = z.object({ meta, endpoints: z.array(slowEndpoint) });

export const overviewResponse = z.object({
  meta,
  overview: z.object({
    name: z.string(),
    side,
    percentiles: z.array(z.number()),
    /** Thresholds in nanoseconds. */
    apdexThreshold: z.number(),
    slowThreshold: z.number(),
    numbers: overviewNumbers,
    /** The same over the range moved back; `null` where nothing was compared. */
    before: z.object({ from: z.number(), to: z.number(), numbers: overviewNumbers }).nullable(),
    /** Width of a step in milliseconds. */
    step: z.number(),
    points: z.array(overviewPoint),
    /** The time before, moved to the time of the range; empty where nothing was compared. */
    pointsBefore: z.array(overviewPoint),
    /** A count for each point and status; the status of what got no answer is its error. */
    statuses: z.array(z.object({ status: z.string(), isError: z.boolean(), requests: z.array(z.number()) })),
    /** Durations, at most 60 bars that are equally wide on a logarithmic scale. */
    histogram: z.array(z.object({ low: z.number(), high: z.number(), requests: z.number(), errors: z.number() })),
    /** The five slowest endpoints by `top`; only without a filter. */
    slowest: z.array(slowEndpoint),
  }),
});

export const breakdownBy = z.enum(['caller', 'caller-instance', 'caller-host', 'instance', 'host', 'container']);

export const breakdownQuery = filterQuery.extend({ by: breakdownBy.default('caller') });

export const breakdownResponse = z.object({
  meta,
  side,
  parts: z.array(
    z.object({
      key: z.string(),
      requests: z.number(),
      errors: z.number(),
      errorRate: z.number().nullable(),
      rate: z.number(),
      latency,
      /** Share of all requests, and of all errors, 0..1. */
      requestShare: z.number().nullable(),
      errorShare: z.number().nullable(),
    }),
  ),
});

export const errorsQuery = rangeQuery.extend({ service: name });

/** `http`: answers by code; `protocol`: errors in the terms of another protocol; `network`: no answer at all. */
export const errorKind = z.enum(['http', 'protocol', 'network']);

export const errorGroup = z.object({
  kind: errorKind,
  /** The service that was asked, or its address where nobody could name it. */
  service: z.string(),
  side,
  /** Whether the service asked about was the caller. */
  outgoing: z.boolean(),
  protocol: z.string(),
  operation: z.string(),
  target: z.string(),
  statement: z.string(),
  status: z.string(),
  error: z.string(),
  requests: z.number(),
  /** False for answers of class 4xx: the caller was at fault. */
  isError: z.boolean(),
  perMinute: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  callers: z.array(z.string()),
  servers: z.array(z.string()),
  /** How many there are: of each at most 20 are named. */
  callerCount: z.number(),
  serverCount: z.number(),
  sparkline: z.array(z.number()),
});

export const errorsResponse = z.object({
  meta,
  /** Most requests first. */
  errors: z.array(errorGroup),
  /** There are more than one answer holds. */
  truncated: z.boolean(),
});

const whole = z.coerce.number().nonnegative();

/** An area of the heatmap: times in epoch milliseconds, durations in nanoseconds. All four or none. */
export const contrast = z.array(
  z.object({
    attribute: z.string(),
    value: z.string(),
    inside: z.number(),
    insideShare: z.number(),
    outsideShare: z.number(),
  }),
);

export const slowQuery = filterQuery.extend({
  slow: milliseconds.default(8000),
  areaFrom: whole.optional(),
  areaTo: whole.optional(),
  areaLow: whole.optional(),
  areaHigh: whole.optional(),
});

export const slowResponse = z.object({
  meta,
  slow: z.object({
    side,
    threshold: z.number(),
    requests: z.number(),
    slow: z.number(),
    slowRate: z.number().nullable(),
    heatmap: z.object({
      step: z.number(),
      times: z.array(z.number()),
      /** Bounds of the rows in nanoseconds, ascending, one more than rows. */
      bounds: z.array(z.number()),
      /** Requests by column (time) and row (duration). */
      requests: z.array(z.array(z.number())),
    }),
    /** Endpoints with most slow requests first. */
    endpoints: z.array(slowEndpoint),
    /**
     * Averages in nanoseconds, of calls seen from both ends if there are any: the callers' time is network (with what both
     * kernels add), wait unread in the receive queue, and the service's own time.
     */
    split: z.object({
      client: z.number().nullable(),
      network: z.number().nullable(),
      queueWait: z.number().nullable(),
      server: z.number().nullable(),
    }),
    /** Values over-represented in the area, the strongest first; empty without an area. */
    contrast,
  }),
});

export const searchQuery = rangeQuery.extend({ q: z.string().max(200).default('') });

export const searchResponse = z.object({
  meta,
  services: z.array(z.object({ name: z.string(), kind: z.string(), requests: z.number() })),
  endpoints: z.array(
    z.object({
      service: z.string(),
      protocol: z.string(),
      operation: z.string(),
      target: z.string(),
      statement: z.string(),
      requests: z.number(),
    }),
  ),
  /** Pods and processes; `name` is the pod's where there is one. */
  instances: z.array(z.object({ service: z.string(), instance: z.string(), name: z.string(), host: z.string() })),
  hosts: z.array(z.string()),
});

export type Overview = z.infer<typeof overviewResponse>['overview'];
export type OverviewNumbers = z.infer<typeof overviewNumbers>;
export type OverviewPoint = z.infer<typeof overviewPoint>;
export type SlowEndpoint = z.infer<typeof slowEndpoint>;
export type BreakdownPart = z.infer<typeof breakdownResponse>['parts'][number];
export type BreakdownBy = z.infer<typeof breakdownBy>;
export type ErrorGroup = z.infer<typeof errorGroup>;
export type SlowAnalysis = z.infer<typeof slowResponse>['slow'];
export type SearchResult = z.infer<typeof searchResponse>;
export type Comparison = (typeof COMPARISONS)[number];
