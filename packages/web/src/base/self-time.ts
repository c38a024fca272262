import type { TraceSpan } from '@sonde/api';

/** Nanoseconds of each span in which none of its children ran, by span id. */
export function selfTimes(spans: readonly TraceSpan[]): ReadonlyMap<string, number> {
  const children = Map.groupBy(spans, (span) => span.parent);
  return new Map(
    spans.map(({ id, offset, duration }) => {
      const end = offset + duration;
      let [covered, until] = [0, offset];
      for (const child of (children.get(id) ?? []).toSorted((a, b) => a.offset - b.offset)) {
        const [from, to] = [Math.max(until, child.offset), Math.min(end, child.offset + child.duration)];
        if (to > from) covered += to - from;
        until = Math.max(until, to);
      }
      return [id, duration - covered];
    }),
  );
}
