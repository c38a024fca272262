/** Paths of health checks, which come for ever and carry one context for ever. Also for RE2. */
export const HEALTH_PATH = /^\/(-\/)?(health|healthz|healthy|live|livez|ready|readyz|ping|actuator\/health(\/\w+)?)$/;

/** The gRPC service of health checks (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export const HEALTH_SERVICE = 'grpc.health.v1.Health';

/** Paths that Prometheus and registries ask on their own. */
const SCRAPED_PATH = /^\/(metrics|actuator\/prometheus|nacos\/v1\/ns\/instance\/beat)$/;

const HTTP: readonly string[] = ['http', 'http2'];

/** Whether an endpoint is one that kubelets, load balancers, registries and scrapers ask at fixed intervals. */
export function isProbe({ protocol, target }: { readonly protocol: string; readonly target: string }): boolean {
  if (protocol === 'grpc') return target === HEALTH_SERVICE;
  return HTTP.includes(protocol) && (HEALTH_PATH.test(target) || SCRAPED_PATH.test(target));
}
