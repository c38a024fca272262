import type { TraceDetail } from '@sonde/api';

const TOKENS = ['p50', 'p75', 'p95', 'p99', '2xx', 'avg', 'requests', '4xx'];

/** A custom property of the theme for each service of the trace; after eight they repeat. */
export function serviceColors({ services }: TraceDetail): ReadonlyMap<string, string> {
  return new Map(services.map(({ name }, i) => [name, `--data-${TOKENS[i % TOKENS.length]}`]));
}
