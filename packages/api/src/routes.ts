import type { z } from 'zod';
import { alertChanged, alertRule, alertRulesResponse, alertSilence, alertsQuery, alertsResponse } from './alerts.ts';
import {
  dashboard,
  dashboardChanged,
  dashboardResponse,
  dashboardsResponse,
  measureQuery,
  measureResponse,
} from './dashboards.ts';
import type { ErrorCodeName } from './errors.ts';
import { importsResponse } from './imports.ts';
import { hostResponse, instancesQuery, instancesResponse } from './instances.ts';
import { logsQuery, logsResponse, traceLogsQuery, traceLogsResponse } from './logs.ts';
import {
  breakdownQuery,
  breakdownResponse,
  endpointsQuery,
  endpointsResponse,
  errorsQuery,
  errorsResponse,
  overviewQuery,
  overviewResponse,
  searchQuery,
  searchResponse,
  slowQuery,
  slowResponse,
} from './monitoring.ts';
import { networkResponse } from './network.ts';
import { PATHS } from './paths.ts';
import { agentsResponse, mapResponse, rangeQuery, serviceResponse, servicesResponse } from './schema.ts';
import {
  traceHeatmapQuery,
  traceHeatmapResponse,
  traceQuery,
  traceResponse,
  tracesQuery,
  tracesResponse,
} from './traces.ts';
import { usageQuery, usageResponse } from './usage.ts';

/** One HTTP route of the contract: the server registers it, the client calls it, OpenAPI describes it. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Path under the server's origin; parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** What a PUT carries, as JSON. */
  readonly body?: z.ZodObject;
  /** Code of a body that is not of that form. */
  readonly badBody?: ErrorCodeName;
  readonly response: z.ZodType;
}

export const ROUTES = {
  services: {
    method: 'GET',
    path: PATHS.services,
    summary: 'Every service seen in the range, with its numbers',
    query: rangeQuery,
    response: servicesResponse,
  },
  service: {
    method: 'GET',
    path: PATHS.service,
    summary: 'One service: numbers, time series, statuses, instances, neighbours',
    query: rangeQuery,
    response: serviceResponse,
  },
  endpoints: {
    method: 'GET',
    path: PATHS.endpoints,
    summary: 'Endpoints of one service: routes, statements, commands, topics',
    query: endpointsQuery,
    response: endpointsResponse,
  },
  instances: {
    method: 'GET',
    path: PATHS.instances,
    summary: 'Instances of one service: pods, containers, processes, with their state and numbers',
    query: instancesQuery,
    response: instancesResponse,
  },
  host: {
    method: 'GET',
    path: PATHS.host,
    summary: 'One host: its agents and the instances of services on it',
    query: rangeQuery,
    response: hostResponse,
  },
  map: {
    method: 'GET',
    path: PATHS.map,
    summary: 'Services and the calls between them',
    query: rangeQuery,
    response: mapResponse,
  },
  agents: {
    method: 'GET',
    path: PATHS.agents,
    summary: 'Agents with their health, overhead and losses',
    query: rangeQuery,
    response: agentsResponse,
  },
  imports: {
    method: 'GET',
    path: PATHS.imports,
    summary: 'What became of the messages of Datadog agents since the server started',
    query: rangeQuery,
    response: importsResponse,
  },
  overview: {
    method: 'GET',
    path: PATHS.overview,
    summary: 'One service, or a part of it: Apdex, percentile lines, statuses over time, the time before',
    query: overviewQuery,
    response: overviewResponse,
  },
  breakdown: {
    method: 'GET',
    path: PATHS.breakdown,
    summary: 'Requests and errors of a service by caller, instance or host',
    query: breakdownQuery,
    response: breakdownResponse,
  },
  usage: {
    method: 'GET',
    path: PATHS.usage,
    summary: 'What a service is asked for: tables, key patterns, topics, methods, names, with who asks',
    query: usageQuery,
    response: usageResponse,
  },
  network: {
    method: 'GET',
    path: PATHS.network,
    summary:
      'What the sockets of a service saw of TCP: retransmits, round-trip times, resets and failed connects by peer',
    query: rangeQuery,
    response: networkResponse,
  },
  slow: {
    method: 'GET',
    path: PATHS.slow,
    summary: 'Slow requests of a service: heatmap, endpoints, where the time goes, what an area has more of',
    query: slowQuery,
    response: slowResponse,
  },
  errors: {
    method: 'GET',
    path: PATHS.errors,
    summary: 'Errors by code, endpoint and outcome, of one service or of all',
    query: errorsQuery,
    response: errorsResponse,
  },
  search: {
    method: 'GET',
    path: PATHS.search,
    summary: 'Services and endpoints whose names hold every word',
    query: searchQuery,
    response: searchResponse,
  },
  alerts: {
    method: 'GET',
    path: PATHS.alerts,
    summary: 'Alerts that fired in the range',
    query: alertsQuery,
    response: alertsResponse,
  },
  alertRules: {
    method: 'GET',
    path: PATHS.alertRules,
    summary: 'Alert rules, silences, and the channels notifications go to',
    query: rangeQuery,
    response: alertRulesResponse,
  },
  putAlertRule: {
    method: 'PUT',
    path: PATHS.putAlertRule,
    summary: 'Make a rule, or change it',
    query: rangeQuery,
    body: alertRule,
    response: alertChanged,
  },
  deleteAlertRule: {
    method: 'DELETE',
    path: PATHS.deleteAlertRule,
    summary: 'Remove a rule; its alerts end',
    query: rangeQuery,
    response: alertChanged,
  },
  putAlertSilence: {
    method: 'PUT',
    path: PATHS.putAlertSilence,
    summary: 'Send nothing about matching alerts for a time',
    query: rangeQuery,
    body: alertSilence,
    response: alertChanged,
  },
  deleteAlertSilence: {
    method: 'DELETE',
    path: PATHS.deleteAlertSilence,
    summary: 'End a silence',
    query: rangeQuery,
    response: alertChanged,
  },
  dashboards: {
    method: 'GET',
    path: PATHS.dashboards,
    summary: 'Dashboards: those that come with Sonde, one for each kind of service, and those people made',
    query: rangeQuery,
    response: dashboardsResponse,
  },
  dashboard: {
    method: 'GET',
    path: PATHS.dashboard,
    summary: 'One dashboard, as it is exported',
    query: rangeQuery,
    response: dashboardResponse,
  },
  putDashboard: {
    method: 'PUT',
    path: PATHS.putDashboard,
    summary: 'Make a dashboard, or change or import it',
    query: rangeQuery,
    body: dashboard,
    badBody: 'SONDE_API_BAD_DASHBOARD',
    response: dashboardChanged,
  },
  deleteDashboard: {
    method: 'DELETE',
    path: PATHS.deleteDashboard,
    summary: 'Remove a dashboard',
    query: rangeQuery,
    response: dashboardChanged,
  },
  measure: {
    method: 'GET',
    path: PATHS.measure,
    summary: 'One metric over time: of all services, of one, or of a part of it, in all or by group',
    query: measureQuery,
    response: measureResponse,
  },
  traces: {
    method: 'GET',
    path: PATHS.traces,
    summary: 'Traces with a span in the range that fulfils every filter',
    query: tracesQuery,
    response: tracesResponse,
  },
  traceHeatmap: {
    method: 'GET',
    path: PATHS.traceHeatmap,
    summary: 'Spans that fulfil every filter by start and duration, and what a part of them has more of',
    query: traceHeatmapQuery,
    response: traceHeatmapResponse,
  },
  trace: {
    method: 'GET',
    path: PATHS.trace,
    summary: 'All spans of one trace, by any of its trace ids',
    query: traceQuery,
    response: traceResponse,
  },
  traceLogs: {
    method: 'GET',
    path: PATHS.traceLogs,
    summary: 'Log records of one trace, or of one of its spans',
    query: traceLogsQuery,
    response: traceLogsResponse,
  },
  logs: {
    method: 'GET',
    path: PATHS.logs,
    summary: 'Log records of the range by service, level and text',
    query: logsQuery,
    response: logsResponse,
  },
} as const satisfies Record<keyof typeof PATHS, Route>;
