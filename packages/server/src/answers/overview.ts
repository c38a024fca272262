import type { Comparison, Overview, OverviewNumbers, OverviewPoint, SlowEndpoint } from '@sonde/api';
import { quantile, type Side, type TimeRange, timeRange } from '@sonde/model';
import {
  type EndpointTotal,
  type Measures,
  NOTHING,
  type Plan,
  type RowFilter,
  type ServiceView,
  type StatusStep,
  type StepTotal,
  type Store,
} from '@sonde/store';
import { apdexOf, boundsOf, countFrom, countsIn, greatestOf, rowsFor, totalOf } from './distribution.ts';
import { latencyOf, secondsOf } from './measures.ts';
import { endpointsOf } from './service.ts';

/** Thresholds in nanoseconds, percentiles 0 < p < 100. */
export interface Lens {
  readonly percentiles: readonly number[];
  readonly apdex: number;
  readonly slow: number;
}

const MILLISECOND = 1e6;

interface OverviewInput {
  readonly percentiles: string;
  readonly apdex: number;
  readonly slow: number;
  readonly compare?: Comparison | undefined;
  readonly top: 'p99' | 'slow';
}

function lensOf({ percentiles, apdex, slow }: OverviewInput): Lens {
  return {
    percentiles: percentiles.split(',').map(Number),
    apdex: apdex * MILLISECOND,
    slow: slow * MILLISECOND,
  };
}

const linesOf = ({ bins }: Measures, { percentiles }: Lens) => percentiles.map((p) => quantile(bins, p / 100));

export function isClientError(status: string): boolean {
  return /^4(\d\d|xx)$/.test(status);
}

export function numbersOf(measures: Measures, clientErrors: number, lens: Lens, seconds: number): OverviewNumbers {
  const { requests, errors, bins } = measures;
  const measured = totalOf(bins);
  const slow = countFrom(bins, lens.slow);
  return {
    requests,
    errors,
    errorRate: requests > 0 ? errors / requests : null,
    clientErrors,
    clientErrorRate: requests > 0 ? clientErrors / requests : null,
    rate: requests / seconds,
    latency: latencyOf(measures),
    lines: linesOf(measures, lens),
    max: greatestOf(bins),
    apdex: apdexOf(measures, lens.apdex),
    slow,
    slowRate: measured > 0 ? slow / measured : null,
    requestBytes: measures.requestBytes,
    responseBytes: measures.responseBytes,
  };
}

function pointsOf(plan: Plan, totals: readonly StepTotal[], lens: Lens, shift = 0): OverviewPoint[] {
  const points = Array.from({ length: Math.round((plan.to - plan.from) / plan.step) }, (_, i): OverviewPoint => {
    const time = (plan.from + i * plan.step + shift) * 1000;
    return { time, requests: 0, errors: 0, avg: null, lines: lens.percentiles.map(() => null), apdex: null };
  });
  for (const total of totals) {
    const point = points[total.number];
    if (point === undefined) continue;
    points[total.number] = {
      time: point.time,
      requests: total.requests,
      errors: total.errors,
      avg: latencyOf(total).avg,
      lines: linesOf(total, lens),
      apdex: apdexOf(total, lens.apdex),
    };
  }
  return points;
}

function statusesOf(plan: Plan, steps: readonly StatusStep[]): Overview['statuses'] {
  const length = Math.round((plan.to - plan.from) / plan.step);
  return [...Map.groupBy(steps, ({ status }) => status)]
    .map(([status, all]) => {
      const requests = new Array<number>(length).fill(0);
      for (const { number, requests: count } of all) if (number < length) requests[number] += count;
      return { status, isError: all.some(({ errors }) => errors > 0), requests };
    })
    .sort((a, b) => a.status.localeCompare(b.status));
}

export function slowEndpointsOf(
  plan: Plan,
  side: Side,
  totals: readonly EndpointTotal[],
  threshold: number,
): SlowEndpoint[] {
  return endpointsOf(plan, side, totals).map((endpoint, i) => {
    const { bins } = totals[i];
    const measured = totalOf(bins);
    const slow = countFrom(bins, threshold);
    return { ...endpoint, slow, slowRate: measured > 0 ? slow / measured : null, max: greatestOf(bins) };
  });
}

const LEAST_REQUESTS = 10;

function slowestOf(
  plan: Plan,
  side: Side,
  totals: readonly EndpointTotal[],
  lens: Lens,
  top: OverviewInput['top'],
): SlowEndpoint[] {
  const all = slowEndpointsOf(plan, side, totals, lens.slow);
  if (top === 'slow') {
    return all
      .filter(({ slow }) => slow > 0)
      .sort((a, b) => b.slow - a.slow)
      .slice(0, 5);
  }
  return all
    .filter(({ requests, latency }) => requests >= LEAST_REQUESTS && latency.p99 !== null)
    .sort((a, b) => b.latency.p99! - a.latency.p99!)
    .slice(0, 5);
}

const OFFSETS: Record<Comparison, number> = { '1h': 3_600_000, '1d': 86_400_000, '1w': 604_800_000 };

/** What the range saw of a view, in steps and in sum. The sum comes from the coarsest rows, the steps from fine ones. */
async function seenBy(store: Store, plan: Plan, view: ServiceView, lens: Lens) {
  const [series, statuses, total] = await Promise.all([
    store.serviceSeries(plan, view),
    store.statusSeries(plan, view),
    store.viewTotal(plan, view),
  ]);
  const clientErrors = statuses.reduce((sum, each) => sum + (isClientError(each.status) ? each.requests : 0), 0);
  const measures = total ?? NOTHING;
  return { series, statuses, measures, numbers: numbersOf(measures, clientErrors, lens, secondsOf(plan)) };
}

export async function overviewOf(
  store: Store,
  range: TimeRange,
  view: ServiceView,
  input: OverviewInput,
): Promise<Overview> {
  const lens = lensOf(input);
  const plan = store.plan(range);
  const isWhole = Object.values(view.filter ?? {}).every((value) => value === undefined);
  const offset = input.compare === undefined ? 0 : OFFSETS[input.compare];
  const earlier = offset > 0 ? store.plan(timeRange(range.from - offset, range.to - offset)) : null;
  const [now, before, endpoints] = await Promise.all([
    seenBy(store, plan, view, lens),
    earlier === null ? null : seenBy(store, earlier, view, lens),
    isWhole ? store.serviceEndpoints(plan, view) : [],
  ]);
  const rows = rowsFor(now.measures.bins, 60);
  const bounds = boundsOf(rows);
  const errors = countsIn(rows, now.measures.errorBins);
  return {
    name: view.name,
    side: view.side,
    percentiles: [...lens.percentiles],
    apdexThreshold: lens.apdex,
    slowThreshold: lens.slow,
    numbers: now.numbers,
    before:
      before === null || earlier === null
        ? null
        : { from: earlier.from * 1000, to: earlier.to * 1000, numbers: before.numbers },
    step: plan.step * 1000,
    points: pointsOf(plan, now.series, lens),
    pointsBefore: before === null || earlier === null ? [] : pointsOf(earlier, before.series, lens, offset / 1000),
    statuses: statusesOf(plan, now.statuses),
    histogram: countsIn(rows, now.measures.bins).map((requests, i) => ({
      low: bounds[i],
      high: bounds[i + 1],
      requests,
      errors: errors[i],
    })),
    slowest: slowestOf(plan, view.side, endpoints, lens, input.top),
  };
}

/** The filter in the terms of the side: seen by its callers, an instance is the address they called. */
export function filterFor(side: Side, filter: RowFilter): RowFilter {
  if (side === 'server' || filter.instance === undefined) return filter;
  const { instance, ...rest } = filter;
  return { ...rest, peerAddress: instance };
}
