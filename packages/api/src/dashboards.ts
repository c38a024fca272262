import { z } from 'zod';
import {
  ADDITIVE_METRICS,
  OF_ALL_SERVICES,
  PANEL_CHARTS,
  PANEL_FILTERS,
  PANEL_GROUPS,
  PANEL_HEIGHTS,
  PANEL_METRICS,
  PANEL_WIDTHS,
} from './dashboard-names.ts';
import { milliseconds, percentiles } from './monitoring.ts';
import { meta, rangeQuery, serviceKindSchema } from './schema.ts';

export const dashboardId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$/);

const value = z.string().min(1).max(65_536).optional();

const filter = Object.fromEntries(PANEL_FILTERS.map((name) => [name, value])) as Record<
  (typeof PANEL_FILTERS)[number],
  typeof value
>;

const measured = {
  metric: z.enum(PANEL_METRICS),
  /** Lines of `latency`; where it is grouped, the first one. */
  percentiles: percentiles.default('50,95,99'),
  apdex: milliseconds.default(500),
  slow: milliseconds.default(8000),
  group: z.enum(PANEL_GROUPS).default('none'),
  /** How many groups at most, those with most requests. */
  top: z.coerce.number().int().min(1).max(20).default(10),
};

interface Measured {
  readonly group: string;
  readonly filter: { readonly [name: string]: string | undefined };
}

/** Where no service is given, requests of all are known by service and protocol only. */
function needsService({ group, filter }: Measured): string | null {
  const other = Object.keys(filter).find((name) => filter[name] !== undefined && !OF_ALL_SERVICES.includes(name));
  if (filter.service !== undefined) return null;
  if (!OF_ALL_SERVICES.includes(group)) return `a group by ${group} needs a service`;
  return other === undefined ? null : `a filter by ${other} needs a service`;
}

/** What one panel shows. A service given by the page it is on goes before its own filter. */
export const panel = z
  .strictObject({
    /** '' stands for what it shows, in the reader's language. */
    title: z.string().max(200).default(''),
    ...measured,
    filter: z.strictObject(filter).default({}),
    chart: z.enum(PANEL_CHARTS).default('line'),
    width: z.enum(PANEL_WIDTHS).default('half'),
    height: z.enum(PANEL_HEIGHTS).default('normal'),
  })
  .superRefine((each, context) => {
    if (each.chart !== 'ring') return;
    const problem =
      each.group === 'none'
        ? ['group', 'a ring needs a group']
        : ADDITIVE_METRICS.includes(each.metric)
          ? null
          : ['metric', `parts of ${each.metric} make no whole, so that no ring shows them`];
    if (problem !== null) context.addIssue({ code: 'custom', path: [problem[0]], message: problem[1] });
  });

export const dashboard = z
  .strictObject({
    /** Of this form; a later one would have another number. */
    version: z.literal(1).default(1),
    name: z.string().min(1).max(200),
    description: z.string().max(1000).default(''),
    /** Offered on the pages of services of this kind; its panels then are of that service. */
    kind: serviceKindSchema.optional(),
    panels: z.array(panel).max(50),
  })
  .superRefine(({ kind, panels }, context) => {
    if (kind !== undefined) return;
    panels.forEach((each, i) => {
      const problem = needsService(each);
      if (problem !== null) context.addIssue({ code: 'custom', path: ['panels', i], message: problem });
    });
  });

export const dashboardsResponse = z.object({
  dashboards: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      kind: serviceKindSchema.optional(),
      /** Comes with Sonde, and cannot be changed. */
      provided: z.boolean(),
      panels: z.int(),
    }),
  ),
});

export const dashboardResponse = z.object({ id: z.string(), provided: z.boolean(), dashboard });

export const dashboardChanged = z.object({ id: z.string() });

export const measureQuery = rangeQuery.extend({ ...measured, ...filter }).superRefine(({ group, ...rest }, context) => {
  const given = Object.fromEntries(PANEL_FILTERS.map((name) => [name, rest[name]]));
  const problem = needsService({ group, filter: given });
  if (problem !== null) context.addIssue({ code: 'custom', path: ['service'], message: problem });
});

export const measureResponse = z.object({
  meta,
  /** Whose observations: of several services each has its own. */
  side: z.enum(['server', 'client', 'each']),
  /** Width of a step in milliseconds, and the start of each. */
  step: z.number(),
  times: z.array(z.number()),
  /** Most requests first; a percentile each where there are several of one group. */
  series: z.array(
    z.object({
      key: z.string(),
      percentile: z.number().nullable(),
      requests: z.number(),
      /** Over the whole range. */
      total: z.number().nullable(),
      values: z.array(z.number().nullable()),
    }),
  ),
});

export type Panel = z.output<typeof panel>;
export type Dashboard = z.output<typeof dashboard>;
export type DashboardSummary = z.infer<typeof dashboardsResponse>['dashboards'][number];
export type Measurement = z.infer<typeof measureResponse>;
export type MeasureInput = z.output<typeof measureQuery>;
