import { ClockOffsets } from '@sonde/linker';
import { joinsEnds } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import type { Place } from './trace-tree.ts';

/**
 * By how many nanoseconds the clock of each host is ahead of that of `reference`, from the calls of the trace that both
 * of their ends saw. 0 where they agree, or nothing connects them.
 */
export function clockShifts(
  spans: readonly SpanRow[],
  places: ReadonlyMap<string, Place>,
  reference: string,
): ReadonlyMap<string, number> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const hosts = [...new Set(spans.map((span) => span.host))];
  const number = new Map(hosts.map((host, i) => [host, i]));
  const clocks = new ClockOffsets();
  const neighbours = new Map<string, Set<string>>(hosts.map((host) => [host, new Set()]));
  const zero = spans[0].start;
  for (const span of spans) {
    const place = places.get(span.spanId);
    const parent = place !== undefined && joinsEnds(place.method) ? byId.get(place.parent) : undefined;
    if (parent === undefined || parent.host === span.host) continue;
    const [a, b] = [Number(parent.start - zero) / 1000, Number(span.start - zero) / 1000];
    clocks.observe(
      number.get(parent.host)!,
      number.get(span.host)!,
      a,
      a + parent.duration / 1000,
      b,
      b + span.duration / 1000,
    );
    neighbours.get(parent.host)!.add(span.host);
    neighbours.get(span.host)!.add(parent.host);
  }
  const shifts = new Map([[reference, 0]]);
  const reached = [reference];
  for (const host of reached) {
    for (const other of neighbours.get(host) ?? []) {
      if (shifts.has(other)) continue;
      const offset = clocks.between(number.get(host)!, number.get(other)!) ?? 0;
      shifts.set(other, shifts.get(host)! + Math.round(offset * 1000));
      reached.push(other);
    }
  }
  return shifts;
}
