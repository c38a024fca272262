import type { TraceSpan } from '@sonde/api';

/** Spans by the id of their parent; roots, and those whose parent is not there, by ''. */
export function childrenOf(spans: readonly TraceSpan[]): Map<string, TraceSpan[]> {
  const known = new Set(spans.map(({ id }) => id));
  return Map.groupBy(spans, ({ parent }) => (known.has(parent) ? parent : ''));
}
