import { ATTR } from '@sonde/model';
import type { SpanRow } from '@sonde/store';
import { isOfKernel, ownLinkOf } from '../linking/span-keys.ts';
import type { Place } from './trace-tree.ts';

/** How far an application's clock and the kernel's on one host may be apart, in nanoseconds. */
const SLACK = 100_000_000;

/** Requests with the same context past which they are not matched with each other. */
const MAX_SAME = 256;

/** Longest chain of parents followed. */
const MAX_DEPTH = 10_000;

const isServer = ({ kind }: SpanRow) => kind === 'server' || kind === 'consumer';

const isSameProcess = (a: SpanRow, b: SpanRow) =>
  a.host === b.host && a.service === b.service && a.instance === b.instance;

/** Whether `inner` starts while `outer` runs. */
function runsWithin(inner: SpanRow, outer: SpanRow, slack = 0): boolean {
  const after = Number(inner.start - outer.start);
  return after >= -slack && after <= outer.duration + slack;
}

/**
 * Puts the spans of kernel and application in one order, where trace contexts were in the requests. `places` says where
 * each span hangs without them, and is changed:
 *
 * - A request sent on with the context the process had received belongs to the request received ('header').
 * - A request sent with another context belongs to the application's span that the context names ('context'), whatever
 *   the kernel saw it made for: the application stands between the two.
 * - An application's server span belongs to the request received with the context that names its parent; of several in a
 *   chain, proxies that passed the context on, to the last.
 * - Where nothing was received with it, the application's first span belongs to the request that its calls were made for
 *   as the kernel saw it, if that is one.
 */
export function mergeContexts(spans: readonly SpanRow[], places: Map<string, Place>): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const received = new Map<string, SpanRow[]>();
  for (const span of spans) {
    const context = span.attributes[ATTR.contextSpan];
    if (context === undefined || !isOfKernel(span) || !isServer(span)) continue;
    const same = received.get(context);
    if (same === undefined) received.set(context, [span]);
    else if (same.length < MAX_SAME) same.push(span);
  }
  const calls: SpanRow[] = [];
  for (const span of spans) {
    const context = span.attributes[ATTR.contextSpan];
    if (context === undefined || !isOfKernel(span) || isServer(span)) continue;
    const place = placeOfCall(span, context, received.get(context) ?? [], byId, places);
    if (place !== null) places.set(span.spanId, place);
    if (place?.method === 'context') calls.push(span);
  }
  for (const span of spans) {
    if (isOfKernel(span) || !isServer(span) || span.parentSpanId === '') continue;
    const request = requestOf(span, received.get(span.parentSpanId) ?? [], places);
    if (request !== null) places.set(span.spanId, { parent: request.spanId, method: 'context', confidence: 1 });
  }
  for (const [first, place] of firstSpans(calls, byId, places)) places.set(first, place);
}

function placeOfCall(
  call: SpanRow,
  context: string,
  received: readonly SpanRow[],
  byId: ReadonlyMap<string, SpanRow>,
  places: ReadonlyMap<string, Place>,
): Place | null {
  const passed = received.filter(
    (request) =>
      isSameProcess(request, call) &&
      runsWithin(call, request) &&
      places.get(request.spanId)?.parent !== call.spanId &&
      request.attributes[ATTR.contextTrace] === call.attributes[ATTR.contextTrace],
  );
  if (passed.length === 1) return { parent: passed[0].spanId, method: 'header', confidence: 1 };
  const seen = passed.find(({ spanId }) => spanId === call.parentSpanId);
  if (seen !== undefined) return { parent: seen.spanId, ...ownLinkOf(call) };
  const named = byId.get(context);
  return named === undefined || isOfKernel(named) ? null : { parent: context, method: 'context', confidence: 1 };
}

/** The one request that an application's server span can belong to, `null` where there is none or more than one. */
function requestOf(span: SpanRow, received: readonly SpanRow[], places: ReadonlyMap<string, Place>): SpanRow | null {
  let possible = received.filter((request) => runsWithin(span, request, SLACK));
  const onHost = possible.filter(({ host }) => host !== '' && host === span.host);
  if (onHost.length > 0) possible = onHost;
  if (possible.length < 2) return possible[0] ?? null;
  const above = new Set(possible.flatMap(({ spanId }) => [...chainOf(spanId, places)].slice(1)));
  const last = possible.filter(({ spanId }) => !above.has(spanId));
  return last.length === 1 ? last[0] : null;
}

/** The first span of the application above each call, where all its calls were made for one request. */
function firstSpans(
  calls: readonly SpanRow[],
  byId: ReadonlyMap<string, SpanRow>,
  places: ReadonlyMap<string, Place>,
): ReadonlyMap<string, Place> {
  const found = new Map<string, Place | null>();
  for (const call of calls) {
    const request = byId.get(call.parentSpanId);
    if (request === undefined || !isOfKernel(request) || !isServer(request)) continue;
    const above = [...chainOf(places.get(call.spanId)!.parent, places)].map((id) => byId.get(id)!);
    const first = above.at(-1)!;
    if (above.some(isOfKernel) || !runsWithin(first, request, SLACK)) continue;
    const place = { parent: request.spanId, ...ownLinkOf(call) };
    const other = found.get(first.spanId);
    if (other === undefined) found.set(first.spanId, place);
    else if (other !== null && other.parent !== place.parent) found.set(first.spanId, null);
  }
  return new Map([...found].filter((entry): entry is [string, Place] => entry[1] !== null));
}

/** The span and everything above it. */
function* chainOf(span: string, places: ReadonlyMap<string, Place>): Generator<string> {
  let at: string | undefined = span;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    yield at;
    at = places.get(at)?.parent;
  }
}
