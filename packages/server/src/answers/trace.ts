import { ApiError, type TraceDetail, type TraceSpan } from '@sonde/api';
import { ATTR } from '@sonde/model';
import type { SpanRow, Store } from '@sonde/store';
import { isOfKernel } from '../linking/span-keys.ts';
import { clockShifts } from './trace-clocks.ts';
import { type Place, placesOf } from './trace-tree.ts';
import { millisecondsOf, servicesOfSpans } from './traces.ts';

/** Spans of one answer. */
const MAX_SPANS = 20_000;

const TRACE_ID = /^[0-9a-f]{32}$/;

interface StoredLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface StoredEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: Record<string, unknown>;
}

/** Parents a span names without being sure: its links that say how sure they are, and a context that was not adopted. */
function candidatesOf(row: SpanRow, ids: ReadonlySet<string>): TraceSpan['candidates'] {
  const links = row.links === '' ? [] : (JSON.parse(row.links) as StoredLink[]);
  const candidates = links.flatMap(({ traceId, spanId, attributes }) => {
    const confidence = Number(attributes[ATTR.linkConfidence]);
    if (!(confidence >= 0 && confidence <= 1)) return [];
    return [{ span: spanId, trace: traceId, method: String(attributes[ATTR.linkMethod] ?? 'unknown'), confidence }];
  });
  const { [ATTR.contextTrace]: trace, [ATTR.contextSpan]: span } = row.attributes;
  if (trace !== undefined && span !== undefined && isOfKernel(row) && !ids.has(trace))
    candidates.push({ span, trace, method: 'context', confidence: 1 });
  return candidates;
}

function sourceOf(row: SpanRow): TraceSpan['source'] {
  if (!isOfKernel(row)) return 'application';
  return row.attributes[ATTR.observed] === 'network' ? 'network' : 'kernel';
}

function spanOf(
  row: SpanRow,
  place: Place | undefined,
  offset: number,
  clockShift: number,
  ids: ReadonlySet<string>,
): TraceSpan {
  const { service, instance, host, kind, name, duration, statusMessage, attributes } = row;
  const events = row.events === '' ? [] : (JSON.parse(row.events) as StoredEvent[]);
  return {
    id: row.spanId,
    parent: place?.parent ?? '',
    link: place === undefined ? null : { method: place.method, confidence: place.confidence },
    candidates: candidatesOf(row, ids),
    trace: row.traceId,
    source: sourceOf(row),
    service,
    instance,
    host,
    kind,
    name,
    offset,
    duration,
    clockShift,
    error: row.status === 'error',
    statusMessage,
    attributes: { ...attributes },
    events: events.map((event) => ({
      offset: offset + Number(BigInt(event.timeUnixNano) - row.start),
      name: event.name,
      attributes: event.attributes,
    })),
  };
}

/** A trace id as it is stored. Throws SONDE_API_BAD_QUERY. */
export function traceIdOf(given: string): string {
  const id = given.toLowerCase().padStart(32, '0');
  if (!TRACE_ID.test(id)) throw new ApiError('SONDE_API_BAD_QUERY', 'a trace id has up to 32 hex digits');
  return id;
}

/** One trace by any of its ids. Throws SONDE_API_NOT_FOUND, and SONDE_API_BAD_QUERY where `id` is no trace id. */
export async function traceOf(store: Store, given: string): Promise<TraceDetail> {
  const id = traceIdOf(given);
  const names = await store.traceNames([id]);
  const ids = [...names.keys()];
  const known = new Set(ids);
  const [rows, links] = await Promise.all([store.spansOfTraces(ids, MAX_SPANS + 1), store.linksOfTraces(ids)]);
  if (rows.length === 0) throw new ApiError('SONDE_API_NOT_FOUND', `no span of trace ${id} is stored`);
  const spans = rows.slice(0, MAX_SPANS);
  const places = placesOf(spans, links);
  const root = spans.find((span) => !places.has(span.spanId)) ?? spans[0];
  const shifts = clockShifts(spans, places, root.host);
  const shiftOf = (span: SpanRow) => shifts.get(span.host) ?? 0;
  const starts = spans.map((span) => Number(span.start - root.start) - shiftOf(span));
  const first = starts.reduce((a, b) => Math.min(a, b));
  const end = spans.reduce((latest, span, i) => Math.max(latest, starts[i] + span.duration), first);
  const made = spans.map((span, i) => spanOf(span, places.get(span.spanId), starts[i] - first, shiftOf(span), known));
  return {
    id: names.get(id)!,
    ids: [...new Set(spans.map((span) => span.traceId))],
    start: millisecondsOf(root.start + BigInt(first)),
    duration: end - first,
    errors: made.filter((span) => span.error).length,
    services: servicesOfSpans(made.map((span) => [span.service, 1] as const)),
    spans: made.sort((a, b) => a.offset - b.offset || b.duration - a.duration),
    truncated: rows.length > MAX_SPANS,
  };
}
