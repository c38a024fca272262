import type { SlowAnalysis } from '@sonde/api';
import { binOf } from '@sonde/model';
import {
  type Area,
  type BreakdownTotal,
  type ContrastTotal,
  NOTHING,
  type Plan,
  type ServiceView,
  type Store,
} from '@sonde/store';
import { boundsOf, countFrom, countsIn, rowsFor, totalOf } from './distribution.ts';
import { sumOf } from './measures.ts';
import { slowEndpointsOf } from './overview.ts';

const HEATMAP_ROWS = 40;
const MOST_ENDPOINTS = 100;

interface SlowInput {
  /** Milliseconds. */
  readonly slow: number;
  readonly areaFrom?: number | undefined;
  readonly areaTo?: number | undefined;
  readonly areaLow?: number | undefined;
  readonly areaHigh?: number | undefined;
}

/** Whole steps and bins around what was selected; `null` where nothing was. */
function areaOf(plan: Plan, { areaFrom, areaTo, areaLow, areaHigh }: SlowInput): Area | null {
  if (areaFrom === undefined || areaTo === undefined || areaLow === undefined || areaHigh === undefined) return null;
  const step = (ms: number, round: (value: number) => number) =>
    plan.from + round((ms / 1000 - plan.from) / plan.step) * plan.step;
  return {
    from: Math.floor(step(areaFrom, Math.floor)),
    to: Math.ceil(step(areaTo, Math.ceil)),
    low: binOf(areaLow) + 1,
    high: binOf(areaHigh),
  };
}

/**
 * Shares of each value inside and outside of the area; over-represented ones, the greatest difference first. Shares are of
 * `all`, or else of what has the attribute.
 */
export function contrastOf(
  totals: readonly (Omit<ContrastTotal, 'attribute'> & { readonly attribute: string })[],
  all?: Pick<ContrastTotal, 'inside' | 'outside'>,
): SlowAnalysis['contrast'] {
  const groups = Map.groupBy(totals, ({ attribute }) => attribute);
  return [...groups.values()]
    .flatMap((values) => {
      const inside = all?.inside ?? values.reduce((sum, each) => sum + each.inside, 0);
      const outside = all?.outside ?? values.reduce((sum, each) => sum + each.outside, 0);
      if (inside === 0) return [];
      return values.map((each) => ({
        attribute: each.attribute,
        value: each.value,
        inside: each.inside,
        insideShare: each.inside / inside,
        outsideShare: outside > 0 ? each.outside / outside : 0,
      }));
    })
    .filter(({ insideShare, outsideShare }) => insideShare > outsideShare)
    .sort((a, b) => b.insideShare - b.outsideShare - (a.insideShare - a.outsideShare))
    .slice(0, 20);
}

function averageOf(parts: readonly BreakdownTotal[]): number | null {
  const { durationSum, bins } = sumOf(parts);
  const measured = totalOf(bins);
  return measured > 0 ? durationSum / measured : null;
}

/**
 * Averages of the same calls from both ends: of the callers that both sides know. What the callers wait longer than the
 * service works and leaves the request unread is the network. Where nobody watches a caller, each side stands alone.
 */
export function splitOf(server: readonly BreakdownTotal[], client: readonly BreakdownTotal[]): SlowAnalysis['split'] {
  const callers = new Set(client.map(({ key }) => key));
  const served = new Set(server.map(({ key }) => key));
  const both = server.some(({ key }) => callers.has(key));
  const inside = both ? server.filter(({ key }) => callers.has(key)) : server;
  const outside = both ? client.filter(({ key }) => served.has(key)) : client;
  const [seenByClient, seenByServer] = [averageOf(outside), averageOf(inside)];
  const { requests, queueWaitSum } = sumOf(inside);
  const queueWait = requests > 0 ? queueWaitSum / requests : null;
  const isSplit = both && seenByClient !== null && seenByServer !== null && queueWait !== null;
  return {
    client: seenByClient,
    network: isSplit ? Math.max(0, seenByClient - seenByServer - queueWait) : null,
    queueWait,
    server: seenByServer,
  };
}

export async function slowAnalysisOf(
  store: Store,
  plan: Plan,
  view: ServiceView,
  input: SlowInput,
): Promise<SlowAnalysis> {
  const threshold = input.slow * 1e6;
  const area = areaOf(plan, input);
  const [series, endpoints, server, client, contrast] = await Promise.all([
    store.serviceSeries(plan, view),
    store.serviceEndpoints(plan, view),
    store.breakdownTotals(plan, { ...view, side: 'server' }, 'caller'),
    store.breakdownTotals(plan, { ...view, side: 'client' }, 'caller'),
    area === null ? [] : store.contrastTotals(plan, view, area),
  ]);
  const all = sumOf(series);
  const rows = rowsFor(all.bins, HEATMAP_ROWS);
  const columns = Array.from({ length: Math.round((plan.to - plan.from) / plan.step) }, () =>
    countsIn(rows, NOTHING.bins),
  );
  for (const step of series) if (step.number < columns.length) columns[step.number] = countsIn(rows, step.bins);
  const measured = totalOf(all.bins);
  const slow = countFrom(all.bins, threshold);
  return {
    side: view.side,
    threshold,
    requests: all.requests,
    slow,
    slowRate: measured > 0 ? slow / measured : null,
    heatmap: {
      step: plan.step * 1000,
      times: columns.map((_, i) => (plan.from + i * plan.step) * 1000),
      bounds: boundsOf(rows),
      requests: columns,
    },
    endpoints: slowEndpointsOf(plan, view.side, endpoints, threshold)
      .sort((a, b) => b.slow - a.slow || (b.latency.p99 ?? 0) - (a.latency.p99 ?? 0))
      .slice(0, MOST_ENDPOINTS),
    split: splitOf(server, client),
    contrast: contrastOf(contrast),
  };
}
