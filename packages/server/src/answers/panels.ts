import { type MeasureInput, type Measurement, PANEL_FILTERS, type PanelMetric } from '@sonde/api';
import { quantile, type Side } from '@sonde/model';
import {
  type Grouped,
  type GroupStep,
  type Measures,
  NOTHING,
  type Plan,
  type RowFilter,
  type Store,
} from '@sonde/store';
import { apdexOf, countFrom, totalOf } from './distribution.ts';
import { secondsOf } from './measures.ts';
import { filterFor } from './overview.ts';

const MILLISECOND = 1e6;

interface Asked {
  readonly metric: PanelMetric;
  /** 0 < p < 100, of `latency`. */
  readonly percentile: number | null;
  readonly apdex: number;
  readonly slow: number;
}

const perMeasured = (sum: number, measured: number) => (measured > 0 ? sum / measured : null);

/** One number of requests in `seconds`; `null` where it cannot be said. */
function metricOf({ metric, percentile, apdex, slow }: Asked, measures: Measures, seconds: number): number | null {
  const { requests, errors, bins } = measures;
  switch (metric) {
    case 'requests':
      return requests;
    case 'rate':
      return requests / seconds;
    case 'errors':
      return errors;
    case 'error_rate':
      return perMeasured(errors, requests);
    case 'latency':
      return quantile(bins, (percentile ?? 50) / 100);
    case 'latency_avg':
      return perMeasured(measures.durationSum, totalOf(bins));
    case 'apdex':
      return apdexOf(measures, apdex * MILLISECOND);
    case 'slow_rate':
      return perMeasured(countFrom(bins, slow * MILLISECOND), totalOf(bins));
    case 'queue_wait':
      return perMeasured(measures.queueWaitSum, requests);
    case 'request_bytes':
      return measures.requestBytes / seconds;
    case 'response_bytes':
      return measures.responseBytes / seconds;
  }
}

/** Seconds until the numbers of an interval have come from all agents. */
const ON_THE_WAY = 30;

interface Step {
  /** Seconds of it that have passed; at least one, as in `secondsOf`. */
  readonly seconds: number;
  /** Nothing of it was seen, and too little time has passed to say that nothing was there. */
  readonly isOpen: boolean;
}

function stepsOf({ from, to, step }: Plan, seen: readonly GroupStep[], now: number): Step[] {
  const known = new Set(seen.map(({ number }) => number));
  return Array.from({ length: Math.round((to - from) / step) }, (_, i) => {
    const start = from + i * step;
    return {
      seconds: Math.max(1, Math.min(step, now - start)),
      isOpen: !known.has(i) && start + step > now - ON_THE_WAY,
    };
  });
}

/** What is asked for, for each percentile there is. */
function askedOf({ metric, percentiles, group, apdex, slow }: MeasureInput): Asked[] {
  if (metric !== 'latency') return [{ metric, percentile: null, apdex, slow }];
  const all = percentiles.split(',').map(Number);
  return (group === 'none' ? all : all.slice(0, 1)).map((percentile) => ({ metric, percentile, apdex, slow }));
}

function filterOf(input: MeasureInput): RowFilter {
  const given = PANEL_FILTERS.filter((name) => name !== 'service' && input[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, input[name]]));
}

/** One metric over a range, in groups. `side` is that of the service asked for. */
export async function measurementOf(
  store: Store,
  plan: Plan,
  input: MeasureInput,
  side: Side | null,
): Promise<Omit<Measurement, 'meta'>> {
  const { service, group, top, protocol } = input;
  const of =
    service === undefined || side === null
      ? ({ view: null, by: group, protocol } as Grouped)
      : ({
          view: { name: service, side, filter: filterFor(side, filterOf(input)) },
          by: group === 'service' ? 'none' : group,
        } as Grouped);
  const totals = await store.groupTotals(plan, of, top);
  const found = await store.groupSeries(
    plan,
    of,
    totals.map(({ key }) => key),
  );
  const steps = stepsOf(plan, found, Date.now() / 1000);
  const byKey = Map.groupBy(found, ({ key }) => key);
  const asked = askedOf(input);
  const nameOf = (key: string) => (group === 'service' && service !== undefined ? service : key);
  const seriesOf = (key: string, total: Measures) => {
    const seen: (GroupStep | undefined)[] = [];
    for (const each of byKey.get(key) ?? []) seen[each.number] = each;
    return asked.map((one) => ({
      key: nameOf(key),
      percentile: one.percentile,
      requests: total.requests,
      total: metricOf(one, total, secondsOf(plan)),
      values: steps.map(({ seconds, isOpen }, i) => (isOpen ? null : metricOf(one, seen[i] ?? NOTHING, seconds))),
    }));
  };
  const groups = totals.length === 0 && group === 'none' ? [{ key: '', ...NOTHING }] : totals;
  return {
    side: side ?? 'each',
    step: plan.step * 1000,
    times: steps.map((_, i) => (plan.from + i * plan.step) * 1000),
    series: groups.flatMap(({ key, ...total }) => seriesOf(key, total)),
  };
}
