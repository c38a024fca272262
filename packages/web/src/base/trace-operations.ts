import type { TraceSpan } from '@sonde/api';
import type { Section } from './critical-path.ts';
import { selfTimes } from './self-time.ts';

/** All spans of a trace with the same service, kind and name; times in nanoseconds. */
export interface Operation {
  readonly service: string;
  readonly kind: TraceSpan['kind'];
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  /** Sum of the durations; of those that ran at once, each in full. */
  readonly total: number;
  readonly longest: number;
  /** In which nothing below them ran. */
  readonly self: number;
  /** On the critical path. */
  readonly critical: number;
  /** Id of the longest. */
  readonly slowest: string;
}

/** What a trace did, most time on the critical path first. */
export function operationsOf(spans: readonly TraceSpan[], path: readonly Section[]): Operation[] {
  const self = selfTimes(spans);
  const critical = new Map<string, number>();
  for (const { span, from, to } of path) critical.set(span.id, (critical.get(span.id) ?? 0) + to - from);
  const groups = Map.groupBy(spans, ({ service, kind, name }) => [service, kind, name].join('\0'));
  return [...groups.values()]
    .map((group): Operation => {
      const sum = (value: (span: TraceSpan) => number) => group.reduce((total, span) => total + value(span), 0);
      const slowest = group.reduce((a, b) => (b.duration > a.duration ? b : a));
      const { service, kind, name } = slowest;
      return {
        service,
        kind,
        name,
        count: group.length,
        errors: sum(({ error }) => (error ? 1 : 0)),
        total: sum(({ duration }) => duration),
        longest: slowest.duration,
        self: sum(({ id }) => self.get(id)!),
        critical: sum(({ id }) => critical.get(id) ?? 0),
        slowest: slowest.id,
      };
    })
    .sort((a, b) => b.critical - a.critical || b.self - a.self);
}
