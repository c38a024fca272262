import type { Service } from '@sonde/api';
import type { Side } from '@sonde/model';
import type { BreakdownTotal, Plan, RowFilter, ServiceView, Store } from '@sonde/store';
import type { Answers } from './answers.ts';
import { errorGroupsOf, MOST_ERRORS } from './error-analysis.ts';
import { findInstances } from './instances.ts';
import { latencyOf, secondsOf, sumOf } from './measures.ts';
import { metaOf } from './meta.ts';
import { networkOf } from './network.ts';
import { filterFor, overviewOf } from './overview.ts';
import { PodIndex } from './pods.ts';
import { slowAnalysisOf } from './slow.ts';
import { usageOf } from './usage.ts';

type Summary = (plan: Plan, name: string) => Promise<Service>;
type List = (plan: Plan) => Promise<{ readonly services: readonly Service[] }>;

const FILTERS = [
  'protocol',
  'operation',
  'target',
  'statement',
  'instance',
  'host',
  'peer',
  'status',
  'error',
] as const;

type Filters = { readonly [K in (typeof FILTERS)[number]]?: string | undefined };

/** The service asked about, whose observations, and which part. */
type ViewInput = Filters & { readonly name: string; readonly side?: Side | undefined };

function filterOf(input: Filters): RowFilter {
  return Object.fromEntries(FILTERS.map((key) => [key, input[key]]).filter(([, value]) => value !== undefined));
}

function partsOf(plan: Plan, totals: readonly BreakdownTotal[]) {
  const all = sumOf(totals);
  const seconds = secondsOf(plan);
  return totals.map((total) => ({
    key: total.key,
    requests: total.requests,
    errors: total.errors,
    errorRate: total.requests > 0 ? total.errors / total.requests : null,
    rate: total.requests / seconds,
    latency: latencyOf(total),
    requestShare: all.requests > 0 ? total.requests / all.requests : null,
    errorShare: all.errors > 0 ? total.errors / all.errors : null,
  }));
}

/** Answers about one service in depth, its errors and slow requests, and the search. */
export function monitoringAnswers(
  store: Store,
  summaryOf: Summary,
  listOf: List,
): Pick<Answers, 'overview' | 'breakdown' | 'usage' | 'network' | 'slow' | 'errors' | 'search'> {
  const viewOf = async (plan: Plan, input: ViewInput): Promise<ServiceView> => {
    const seen = input.side ?? (await store.sideOf(plan, input.name));
    const side = seen ?? (await summaryOf(plan, input.name)).side;
    return { name: input.name, side, filter: filterFor(side, filterOf(input)) };
  };
  return {
    async overview(range, input) {
      const plan = store.plan(range);
      const [view, meta] = await Promise.all([viewOf(plan, input), metaOf(store, plan)]);
      return { meta, overview: await overviewOf(store, range, view, input) };
    },
    async breakdown(range, input) {
      const plan = store.plan(range);
      const filter = filterOf(input);
      const [view, meta] = await Promise.all([viewOf(plan, input), metaOf(store, plan)]);
      const asked = (seen: ServiceView) => store.breakdownTotals(plan, seen, input.by);
      // Only the callers' own side knows their instances and hosts; where nobody watches them, the address must do.
      const callers: ServiceView = { name: input.name, side: 'client', filter: filterFor('client', filter) };
      const isCallers = input.by === 'caller-instance' || input.by === 'caller-host';
      const fromCallers = isCallers ? await asked(callers) : [];
      const side = fromCallers.length > 0 ? 'client' : view.side;
      return { meta, side, parts: partsOf(plan, fromCallers.length > 0 ? fromCallers : await asked(view)) };
    },
    async usage(range, input) {
      const plan = store.plan(range);
      const [view, meta] = await Promise.all([viewOf(plan, input), metaOf(store, plan)]);
      return { meta, ...(await usageOf(store, plan, view, input)) };
    },
    async network(range, { name }) {
      const plan = store.plan(range);
      const [network, meta] = await Promise.all([networkOf(store, plan, name), metaOf(store, plan)]);
      return { meta, network };
    },
    async slow(range, input) {
      const plan = store.plan(range);
      const [view, meta] = await Promise.all([viewOf(plan, input), metaOf(store, plan)]);
      return { meta, slow: await slowAnalysisOf(store, plan, view, input) };
    },
    async errors(range, { service }) {
      const plan = store.plan(range);
      const [totals, { services }, meta] = await Promise.all([
        store.errorTotals(plan, MOST_ERRORS + 1, service),
        listOf(plan),
        metaOf(store, plan),
      ]);
      const sides = new Map(services.map((each) => [each.name, each.side]));
      const errors = errorGroupsOf(plan, totals.slice(0, MOST_ERRORS), sides, service);
      return { meta, errors, truncated: totals.length > MOST_ERRORS };
    },
    async search(range, { q }) {
      const plan = store.plan(range);
      const words = q.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
      const [{ services }, endpoints, seen, pods, meta] = await Promise.all([
        listOf(plan),
        words.length === 0 ? [] : store.findEndpoints(plan, words),
        words.length === 0 ? [] : store.instancesSeen(plan),
        words.length === 0 ? [] : store.podsSeen(plan),
        metaOf(store, plan),
      ]);
      const found = services.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
      const named = found.slice(0, 20).map(({ name, kind, requests }) => ({ name, kind, requests }));
      return { meta, services: named, endpoints: [...endpoints], ...findInstances(words, seen, new PodIndex(pods)) };
    },
  };
}
