import type { Point, ServiceDetail, ServiceEndpoint } from '@sonde/api';
import type { Side } from '@sonde/model';
import type { EdgeTotal, EndpointTotal, Plan, StatusTotal, StepTotal } from '@sonde/store';
import { latencyOf, type Numbers, numbersOf, secondsOf } from './measures.ts';
import { edgesOf } from './services.ts';

/** One point a step over the whole range, also where nothing happened. */
export function seriesOf(plan: Plan, totals: readonly StepTotal[]): Point[] {
  const points = Array.from({ length: Math.round((plan.to - plan.from) / plan.step) }, (_, i): Point => {
    const time = (plan.from + i * plan.step) * 1000;
    return { time, requests: 0, errors: 0, avg: null, p50: null, p75: null, p95: null, p99: null };
  });
  for (const total of totals) {
    const point = points[total.number];
    if (point === undefined) continue;
    const { p90: _, ...latency } = latencyOf(total);
    points[total.number] = { time: point.time, requests: total.requests, errors: total.errors, ...latency };
  }
  return points;
}

export function statusesOf(totals: readonly StatusTotal[]): ServiceDetail['statuses'] {
  return totals.map(({ status, requests, errors }) => ({ status, requests, errors }));
}

/** Who calls the service and whom it calls. */
export function neighboursOf(plan: Plan, name: string, totals: readonly EdgeTotal[]) {
  const edges = edgesOf(plan, totals);
  const without = ({
    source: _,
    target: __,
    protocols: ___,
    ...numbers
  }: Numbers & { source: string; target: string; protocols: string[] }) => numbers;
  return {
    upstream: edges.filter((edge) => edge.target === name).map((edge) => ({ name: edge.source, ...without(edge) })),
    downstream: edges.filter((edge) => edge.source === name).map((edge) => ({ name: edge.target, ...without(edge) })),
  };
}

export function endpointsOf(plan: Plan, side: Side, totals: readonly EndpointTotal[]): ServiceEndpoint[] {
  const seconds = secondsOf(plan);
  const allTime = totals.reduce((sum, total) => sum + total.durationSum, 0);
  return totals.map((total) => ({
    protocol: total.protocol,
    operation: total.operation,
    target: total.target,
    statement: total.statement,
    ...numbersOf(total, side, seconds),
    timeShare: allTime > 0 ? total.durationSum / allTime : null,
    statuses: { ...total.statuses },
  }));
}
