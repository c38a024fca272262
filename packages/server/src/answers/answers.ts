import { ApiError, type PathParameters, type ROUTES, type RouteOutput } from '@sonde/api';
import type { TimeRange } from '@sonde/model';
import type { Plan, Store } from '@sonde/store';
import type { z } from 'zod';
import type { AlertEngine } from '../alerts/engine.ts';
import type { ImportCounts } from '../intake/datadog/counts.ts';
import { AGENT_SERVICE, agentsOf, completenessOf } from './agents.ts';
import { alertAnswers } from './alerts.ts';
import { dashboardAnswers } from './dashboards.ts';
import { hostOf, instancesOf } from './instances.ts';
import { findLogs, logsOfTrace } from './logs.ts';
import { metaOf } from './meta.ts';
import { monitoringAnswers } from './monitoring.ts';
import { slowEndpointsOf } from './overview.ts';
import { podCounts } from './pods.ts';
import { neighboursOf, seriesOf, statusesOf } from './service.ts';
import { edgesOf, nodesOf, servicesOf, sparklineStep } from './services.ts';
import { traceOf } from './trace.ts';
import { traceHeatmapOf } from './trace-heatmap.ts';
import { findTraces } from './traces.ts';

type Name = keyof typeof ROUTES;

/** The parameters of a route, in the path and in the query, and its body. */
export type AnswerInput<K extends Name> = PathParameters<(typeof ROUTES)[K]['path']> &
  z.output<(typeof ROUTES)[K]['query']> &
  ((typeof ROUTES)[K] extends { readonly body: infer Body extends z.ZodType }
    ? { readonly body: z.output<Body> }
    : unknown);

/** What each route answers. */
export type Answers = {
  readonly [K in Name]: (range: TimeRange, input: AnswerInput<K>) => Promise<RouteOutput<K>>;
};

/** What answers are made from. */
export interface Sources {
  readonly store: Store;
  readonly imports: ImportCounts;
  readonly alerts: AlertEngine;
}

const NO_INSTANCES = { instances: 0, pods: null };

/** All services, or the one named. */
async function serviceList(store: Store, plan: Plan, name?: string) {
  const [totals, names, sparklines] = await Promise.all([
    store.serviceTotals(plan, name),
    store.serviceNames(plan, name),
    store.sparklines(plan, sparklineStep(plan), name),
  ]);
  return { names, services: servicesOf(plan, totals, names, sparklines) };
}

export function answersFrom({ store, imports, alerts }: Sources): Answers {
  /** Throws SONDE_API_NOT_FOUND. */
  const summaryOf = async (plan: Plan, name: string) => {
    const { services } = await serviceList(store, plan, name);
    const service = services.find((each) => each.name === name);
    if (service === undefined) throw new ApiError('SONDE_API_NOT_FOUND', `service ${name} was not seen in the range`);
    return service;
  };
  return {
    ...alertAnswers(store, alerts),
    ...dashboardAnswers(store),
    ...monitoringAnswers(store, summaryOf, (plan) => serviceList(store, plan)),
    async services(range) {
      const plan = store.plan(range);
      const [{ services }, seen, pods, meta] = await Promise.all([
        serviceList(store, plan),
        store.instancesSeen(plan),
        store.podsSeen(plan),
        metaOf(store, plan),
      ]);
      const counts = podCounts(seen, pods);
      return { meta, services: services.map((each) => ({ ...each, ...(counts.get(each.name) ?? NO_INSTANCES) })) };
    },
    async service(range, { name }) {
      const plan = store.plan(range);
      const [service, meta] = await Promise.all([summaryOf(plan, name), metaOf(store, plan)]);
      const view = { name, side: service.side };
      const [series, statuses, edges] = await Promise.all([
        store.serviceSeries(plan, view),
        store.serviceStatuses(plan, view),
        store.edgeTotals(plan, name),
      ]);
      return {
        meta,
        service: {
          ...service,
          step: plan.step * 1000,
          series: seriesOf(plan, series),
          statuses: statusesOf(statuses),
          ...neighboursOf(plan, name, edges),
        },
      };
    },
    async endpoints(range, { name, slow }) {
      const plan = store.plan(range);
      const [{ side }, meta] = await Promise.all([summaryOf(plan, name), metaOf(store, plan)]);
      const endpoints = slowEndpointsOf(plan, side, await store.serviceEndpoints(plan, { name, side }), slow * 1e6);
      return { meta, endpoints };
    },
    async instances(range, { name }) {
      const plan = store.plan(range);
      const [{ side }, meta] = await Promise.all([summaryOf(plan, name), metaOf(store, plan)]);
      return { meta, instances: await instancesOf(store, plan, { name, side }) };
    },
    async host(range, { host }) {
      const plan = store.plan(range);
      const [found, meta] = await Promise.all([hostOf(store, plan, host), metaOf(store, plan)]);
      return { meta, host: found };
    },
    async map(range) {
      const plan = store.plan(range);
      const [{ names, services }, edges, network, meta] = await Promise.all([
        serviceList(store, plan),
        store.edgeTotals(plan),
        store.networkTotals(plan, ['peer', 'side']),
        metaOf(store, plan),
      ]);
      return { meta, nodes: nodesOf(plan, services, names, edges), edges: edgesOf(plan, edges, network) };
    },
    async agents(range) {
      const plan = store.plan(range);
      const [totals, resources] = await Promise.all([
        store.metricTotals(plan, AGENT_SERVICE),
        store.resourcesOf(AGENT_SERVICE),
      ]);
      const now = Math.min(plan.to, Date.now() / 1000);
      const meta = { from: plan.from * 1000, to: plan.to * 1000, completeness: completenessOf(totals) };
      return { meta, agents: agentsOf(totals, resources, now) };
    },
    async traces(range, input) {
      const [found, meta] = await Promise.all([findTraces(store, range, input), metaOf(store, store.plan(range))]);
      return { meta: { ...meta, from: range.from, to: range.to }, ...found };
    },
    async traceHeatmap(range, input) {
      const [heatmap, meta] = await Promise.all([
        traceHeatmapOf(store, range, input),
        metaOf(store, store.plan(range)),
      ]);
      return { meta: { ...meta, from: range.from, to: range.to }, heatmap };
    },
    async trace(_range, { id }) {
      return { meta: {}, trace: await traceOf(store, id) };
    },
    async traceLogs(_range, { id, ...input }) {
      return { meta: {}, ...(await logsOfTrace(store, id, input)) };
    },
    async logs(range, input) {
      const [found, meta] = await Promise.all([findLogs(store, range, input), metaOf(store, store.plan(range))]);
      return { meta: { ...meta, from: range.from, to: range.to }, ...found };
    },
    async imports(range) {
      const reasons = (counts: ReadonlyMap<string, number>) =>
        [...counts].map(([reason, count]) => ({ reason, count }));
      const { stored, repeated, ignored, refused, unread } = imports;
      const counted = { stored, repeated, ignored, refused: reasons(refused), unread: reasons(unread) };
      return { meta: await metaOf(store, store.plan(range)), imports: counted };
    },
  };
}
