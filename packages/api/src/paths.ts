/** Path of each route under the server's origin, parameters in braces. Apart from `routes.ts`, so that a client needs no schema. */
export const PATHS = {
  services: '/api/v1/services',
  service: '/api/v1/services/{name}',
  endpoints: '/api/v1/services/{name}/endpoints',
  instances: '/api/v1/services/{name}/instances',
  host: '/api/v1/hosts/{host}',
  map: '/api/v1/map',
  agents: '/api/v1/agents',
  imports: '/api/v1/imports',
  overview: '/api/v1/services/{name}/overview',
  breakdown: '/api/v1/services/{name}/breakdown',
  usage: '/api/v1/services/{name}/usage',
  network: '/api/v1/services/{name}/network',
  slow: '/api/v1/services/{name}/slow',
  errors: '/api/v1/errors',
  search: '/api/v1/search',
  alerts: '/api/v1/alerts',
  alertRules: '/api/v1/alerts/rules',
  putAlertRule: '/api/v1/alerts/rules/{id}',
  deleteAlertRule: '/api/v1/alerts/rules/{id}',
  putAlertSilence: '/api/v1/alerts/silences/{id}',
  deleteAlertSilence: '/api/v1/alerts/silences/{id}',
  traces: '/api/v1/traces',
  traceHeatmap: '/api/v1/traces/heatmap',
  trace: '/api/v1/traces/{id}',
  traceLogs: '/api/v1/traces/{id}/logs',
  logs: '/api/v1/logs',
} as const;

/** Routes that are no GET; they take a body as JSON, save DELETE. */
export const METHODS: Partial<Record<keyof typeof PATHS, 'PUT' | 'DELETE'>> = {
  putAlertRule: 'PUT',
  deleteAlertRule: 'DELETE',
  putAlertSilence: 'PUT',
  deleteAlertSilence: 'DELETE',
};
