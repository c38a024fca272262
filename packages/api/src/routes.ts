import type { z } from 'zod';
import {
  agentsResponse,
  endpointsResponse,
  mapResponse,
  rangeQuery,
  serviceResponse,
  servicesResponse,
} from './schema.ts';

/** One HTTP route of the contract: the server registers it, the client calls it, OpenAPI describes it. */
export interface Route {
  readonly method: 'GET';
  /** Path under the server's origin; parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly response: z.ZodType;
}

export const ROUTES = {
  services: {
    method: 'GET',
    path: '/api/v1/services',
    summary: 'Every service seen in the range, with its numbers',
    query: rangeQuery,
    response: servicesResponse,
  },
  service: {
    method: 'GET',
    path: '/api/v1/services/{name}',
    summary: 'One service: numbers, time series, statuses, instances, neighbours',
    query: rangeQuery,
    response: serviceResponse,
  },
  endpoints: {
    method: 'GET',
    path: '/api/v1/services/{name}/endpoints',
    summary: 'Endpoints of one service: routes, statements, commands, topics',
    query: rangeQuery,
    response: endpointsResponse,
  },
  map: {
    method: 'GET',
    path: '/api/v1/map',
    summary: 'Services and the calls between them',
    query: rangeQuery,
    response: mapResponse,
  },
  agents: {
    method: 'GET',
    path: '/api/v1/agents',
    summary: 'Agents with their health, overhead and losses',
    query: rangeQuery,
    response: agentsResponse,
  },
} as const satisfies Record<string, Route>;
