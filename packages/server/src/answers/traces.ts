import type { TraceSummary, tracesQuery } from '@sonde/api';
import type { TimeRange } from '@sonde/model';
import type { SpanMatch, Store, TraceTotal } from '@sonde/store';
import type { z } from 'zod';

/** Trace ids read per trace asked for: several ids may be one trace. Where that gives too few, more are read. */
const IDS_A_TRACE = 4;
const MAX_IDS = 20_000;

/** Nanoseconds since the epoch as exact text, to milliseconds with a fraction. */
export const millisecondsOf = (nanoseconds: bigint) =>
  Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;

export function servicesOfSpans(counts: Iterable<readonly [string, number]>): { name: string; spans: number }[] {
  const total = new Map<string, number>();
  for (const [name, spans] of counts) total.set(name, (total.get(name) ?? 0) + spans);
  return [...total]
    .map(([name, spans]) => ({ name, spans }))
    .sort((a, b) => b.spans - a.spans || a.name.localeCompare(b.name));
}

function summaryOf(id: string, totals: readonly TraceTotal[], matches: readonly SpanMatch[]): TraceSummary {
  const first = totals.reduce((a, b) => (BigInt(b.first.start) < BigInt(a.first.start) ? b : a)).first;
  const match = matches.reduce((a, b) => (b.duration > a.duration ? b : a));
  const start = BigInt(first.start);
  const end = totals.reduce((latest, { end: each }) => (BigInt(each) > latest ? BigInt(each) : latest), start);
  return {
    id,
    start: millisecondsOf(start),
    duration: Number(end - start),
    spans: totals.reduce((sum, { spans }) => sum + spans, 0),
    errors: totals.reduce((sum, { errors }) => sum + errors, 0),
    services: servicesOfSpans(totals.flatMap(({ services }) => Object.entries(services))),
    root: { service: first.service, name: first.name },
    match: {
      service: match.service,
      name: match.name,
      start: millisecondsOf(BigInt(match.start)),
      duration: match.duration,
      error: match.error,
    },
  };
}

/** Traces in the order asked for, put together from all their trace ids. */
export async function findTraces(
  store: Store,
  range: TimeRange,
  input: z.output<typeof tracesQuery>,
): Promise<{ traces: TraceSummary[]; truncated: boolean }> {
  const { service, instance, operation, peer, kind, minDuration, maxDuration, text, sort, limit } = input;
  const asked = { service, instance, operation, peer, kind, minDuration, maxDuration, text };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const filter = { ...given, errors: input.errors === 'true', sort };
  let ids = limit * IDS_A_TRACE;
  let matches = await store.findSpans(range, { ...filter, limit: ids });
  let names = await store.traceNames(matches.map(({ traceId }) => traceId));
  while (new Set(names.values()).size < limit && matches.length === ids && ids < MAX_IDS) {
    ids = Math.min(MAX_IDS, ids * 4);
    matches = await store.findSpans(range, { ...filter, limit: ids });
    names = await store.traceNames(matches.map(({ traceId }) => traceId));
  }
  const byTrace = Map.groupBy(matches, ({ traceId }) => names.get(traceId)!);
  const shown = new Map([...byTrace].slice(0, limit));
  const shownIds = [...names].filter(([, name]) => shown.has(name)).map(([id]) => id);
  const totals = Map.groupBy(await store.traceTotals(range, shownIds), ({ traceId }) => names.get(traceId)!);
  const traces = [...shown].flatMap(([name, found]) => {
    const parts = totals.get(name);
    return parts === undefined ? [] : [summaryOf(name, parts, found)];
  });
  return { traces, truncated: byTrace.size > limit || matches.length === ids };
}
