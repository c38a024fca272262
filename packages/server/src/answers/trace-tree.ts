import { ATTR } from '@sonde/model';
import type { SpanLinkRow, SpanRow } from '@sonde/store';
import { isOfKernel, ownLinkOf } from '../linking/span-keys.ts';
import { mergeContexts } from './trace-contexts.ts';

/** Where a span hangs, and why. */
export interface Place {
  readonly parent: string;
  readonly method: string;
  readonly confidence: number;
}

/** Longest chain of parents followed. */
const MAX_DEPTH = 10_000;

/**
 * The parent of each span by its id, always one of the spans. In this order: what trace contexts say
 * (`mergeContexts`); what the linker found, if it is at least as sure as what the span says; what the span says; the span
 * that the context of its request names. A link that would close a circle is left out.
 */
export function placesOf(spans: readonly SpanRow[], links: readonly SpanLinkRow[]): ReadonlyMap<string, Place> {
  const known = new Set(spans.map((span) => span.spanId));
  const found = new Map<string, SpanLinkRow>();
  for (const link of links) {
    if (!known.has(link.parentSpanId)) continue;
    const other = found.get(link.spanId);
    if (other === undefined || link.confidence > other.confidence) found.set(link.spanId, link);
  }
  const wanted = new Map<string, Place>();
  for (const span of spans) {
    const place = placeOf(span, found.get(span.spanId), known);
    if (place !== null) wanted.set(span.spanId, place);
  }
  mergeContexts(spans, wanted);
  const places = new Map<string, Place>();
  for (const [span, place] of wanted) if (!isAbove(span, place.parent, places)) places.set(span, place);
  return places;
}

function placeOf(span: SpanRow, found: SpanLinkRow | undefined, known: ReadonlySet<string>): Place | null {
  const own = ownLinkOf(span);
  const hasOwn = span.parentSpanId !== '' && known.has(span.parentSpanId);
  if (found !== undefined && (!hasOwn || found.confidence >= Math.fround(own.confidence))) {
    return { parent: found.parentSpanId, method: found.method, confidence: Number(found.confidence.toFixed(4)) };
  }
  if (hasOwn) return { parent: span.parentSpanId, ...own };
  const context = span.attributes[ATTR.contextSpan] ?? '';
  if (isOfKernel(span) && context !== span.spanId && known.has(context)) {
    return { parent: context, method: 'context', confidence: 1 };
  }
  return null;
}

function isAbove(span: string, parent: string, places: ReadonlyMap<string, Place>): boolean {
  let at: string | undefined = parent;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    if (at === span) return true;
    at = places.get(at)?.parent;
  }
  return at !== undefined;
}
