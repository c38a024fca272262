import { z } from 'zod';
import { ALERT_METRICS, ALERT_SUBJECTS, SEVERITIES } from './alert-names.ts';
import { meta, rangeQuery } from './schema.ts';

export const alertId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$/);

/** `*` stands for any text. */
const pattern = z.string().min(1).max(200).default('*');
const seconds = z.int().min(0).max(86_400);

export const burnWindow = z.object({
  /** Both windows, in seconds, must burn the error budget `factor` times as fast as it lasts. */
  long: z
    .int()
    .min(60)
    .max(30 * 86_400),
  short: seconds.min(60),
  factor: z.number().positive(),
});

/** A rule without its id. */
export const alertRule = z.object({
  name: z.string().min(1).max(200),
  enabled: z.boolean().default(true),
  metric: z.enum(ALERT_METRICS),
  /** Of `latency`. */
  percentile: z.number().gt(0).lt(100).default(95),
  /** Milliseconds, of `apdex`, `slow_rate`, and a `burn_rate` of slow requests. */
  apdex: z.number().positive().default(500),
  slow: z.number().positive().default(8000),
  /** Objective of `burn_rate`, a share of good requests, and its pairs of windows; one pair is enough to fire. */
  objective: z.number().gt(0).lt(1).default(0.999),
  windows: z.array(burnWindow).max(4).default([]),
  /** What uses up the error budget of `burn_rate`: errors, or requests of `slow` milliseconds or longer. */
  spentBy: z.enum(['errors', 'slow']).default('errors'),
  by: z.enum(ALERT_SUBJECTS).default('service'),
  service: pattern,
  part: pattern,
  operator: z.enum(['above', 'below']).default('above'),
  threshold: z.number(),
  /** Seconds the value is computed over. */
  window: seconds.min(10).default(300),
  /** Fewer requests, segments or look-ups in the window count as no data. */
  minRequests: z.int().min(0).default(1),
  /** Seconds the condition must hold until the alert fires, and be gone until it resolves. */
  for: seconds.default(60),
  recovery: seconds.default(120),
  /** What the absence of data means: all is well, as before, or an alert. */
  noData: z.enum(['ok', 'keep', 'alert']).default('ok'),
  severity: z.enum(SEVERITIES).default('warning'),
  /** Names of channels in the configuration; none stands for all. */
  channels: z.array(z.string()).max(50).default([]),
});

/** Events of matching alerts are recorded, but not sent, until it ends. */
export const alertSilence = z.object({
  rule: pattern,
  service: pattern,
  part: pattern,
  /** Epoch milliseconds. */
  until: z.number().positive(),
  comment: z.string().max(500).default(''),
});

const storedRule = alertRule.extend({ id: z.string(), preset: z.boolean(), firing: z.int() });
const storedSilence = alertSilence.extend({ id: z.string() });

export const alertsQuery = rangeQuery.extend({ service: z.string().min(1).max(1024).optional() });

export const alertsResponse = z.object({
  meta,
  /** Alerts that fired in the range, newest first. */
  alerts: z.array(
    z.object({
      id: z.string(),
      rule: z.string(),
      ruleName: z.string(),
      metric: z.string(),
      service: z.string(),
      part: z.string(),
      /** What `part` is; `service` where there is none. */
      by: z.enum(ALERT_SUBJECTS),
      severity: z.string(),
      started: z.number(),
      /** `null` while it fires. */
      ended: z.number().nullable(),
      /** When it fired, in the units of the metric. */
      value: z.number().nullable(),
      threshold: z.number(),
      silenced: z.boolean(),
      /** Channels that were told. */
      notified: z.array(z.string()),
    }),
  ),
  /** How many alerts each service has in the range. */
  counts: z.record(z.string(), z.number()),
});

export const alertRulesResponse = z.object({
  rules: z.array(storedRule),
  silences: z.array(storedSilence),
  /** Names of the channels of the configuration. */
  channels: z.array(z.string()),
});

export const alertChanged = z.object({ id: z.string() });

export type AlertRule = z.output<typeof alertRule>;
export type StoredAlertRule = z.infer<typeof storedRule>;
export type AlertSilence = z.output<typeof alertSilence>;
export type StoredAlertSilence = z.infer<typeof storedSilence>;
export type Alert = z.infer<typeof alertsResponse>['alerts'][number];
