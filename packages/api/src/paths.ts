/** Path of each route under the server's origin, parameters in braces. Apart from `routes.ts`, so that a client needs no schema. */
export const PATHS = {
  services: '/api/v1/services',
  service: '/api/v1/services/{name}',
  endpoints: '/api/v1/services/{name}/endpoints',
  map: '/api/v1/map',
  agents: '/api/v1/agents',
} as const;
