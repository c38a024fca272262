import { ATTR } from '@sonde/model';
import type { AttributeMap, AttributeValue, ResourceSpans, Span } from '@sonde/otlp';
import type { SpanRow, TextAttributes } from '@sonde/store';
import type { Place } from '../answers/trace-tree.ts';

const SCOPE = { name: 'sonde', version: '' };

/** Attributes that are numbers by the semantic conventions. The store keeps all of them as text. */
const NUMBERS: ReadonlySet<string> = new Set([
  ATTR.httpStatus,
  ATTR.serverPort,
  ATTR.peerPort,
  ATTR.processPid,
  ATTR.requestOffset,
  ATTR.requestBytes,
  ATTR.responseBytes,
  ATTR.queueWait,
  ATTR.linkConfidence,
  ATTR.clientPort,
  'network.local.port',
  'http.request.body.size',
  'http.response.body.size',
  'http.request.resend_count',
  'rpc.grpc.status_code',
  'thread.id',
  'code.line.number',
]);

interface StoredLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

interface StoredEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: Record<string, AttributeValue>;
}

/** What of a trace is sent, and how it is called there. */
export interface ExportedTrace {
  /** 32 hex digits, the same for every span of the trace. */
  readonly traceId: string;
  /** The spans to send. */
  readonly spans: readonly SpanRow[];
  /** Of all spans of the trace. */
  readonly places: ReadonlyMap<string, Place>;
  /** The trace id that a span of the trace is or was sent under, '' where it was not. */
  readonly sentUnder: (spanId: string) => string;
}

function typed(attributes: TextAttributes): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, text]) => {
      const number = NUMBERS.has(key) && text !== '' ? Number(text) : Number.NaN;
      return [key, Number.isFinite(number) ? number : text];
    }),
  );
}

const evidenceOf = ({ method, confidence }: Pick<Place, 'method' | 'confidence'>) => ({
  [ATTR.linkMethod]: method,
  [ATTR.linkConfidence]: confidence,
});

function spanOf(row: SpanRow, trace: ExportedTrace, idOf: (traceId: string) => string): Span {
  const { traceId } = trace;
  const place = trace.places.get(row.spanId);
  const parentTrace = place === undefined ? '' : trace.sentUnder(place.parent);
  const attributes = typed(row.attributes);
  delete attributes[ATTR.linkMethod];
  delete attributes[ATTR.linkConfidence];
  if (place !== undefined && parentTrace === traceId) Object.assign(attributes, evidenceOf(place));
  const links = row.links === '' ? [] : (JSON.parse(row.links) as StoredLink[]);
  if (place !== undefined && parentTrace !== traceId && parentTrace !== '') {
    links.push({ traceId: parentTrace, spanId: place.parent, attributes: evidenceOf(place) });
  }
  const { [ATTR.contextTrace]: contextTrace = '', [ATTR.contextSpan]: contextSpan = '' } = row.attributes;
  if (contextTrace !== '' && contextSpan !== '' && idOf(contextTrace) !== traceId) {
    const attributes = evidenceOf({ method: 'context', confidence: 1 });
    links.push({ traceId: contextTrace, spanId: contextSpan, attributes });
  }
  const events = row.events === '' ? [] : (JSON.parse(row.events) as StoredEvent[]);
  return {
    traceId,
    spanId: row.spanId,
    parentSpanId: place !== undefined && parentTrace === traceId ? place.parent : '',
    traceState: '',
    name: row.name,
    spanKind: row.kind,
    startTimeUnixNano: row.start,
    endTimeUnixNano: row.start + BigInt(row.duration),
    attributes,
    status: row.status,
    statusMessage: row.statusMessage,
    links: links.map((link) => ({ ...link, traceId: idOf(link.traceId) })),
    events: events.map((event) => ({ ...event, timeUnixNano: BigInt(event.timeUnixNano) })),
  };
}

/**
 * Spans of whole traces as OTLP, one group for each service instance. `idOf` gives the trace id under which others are
 * sent; `resourceOf` what is known of an instance.
 */
export function resourceSpansOf(
  traces: readonly ExportedTrace[],
  idOf: (traceId: string) => string,
  resourceOf: (service: string, instance: string) => TextAttributes,
): ResourceSpans[] {
  const groups = new Map<string, { resource: { attributes: AttributeMap }; spans: Span[] }>();
  for (const trace of traces) {
    for (const row of trace.spans) {
      const key = JSON.stringify([row.service, row.instance, row.host]);
      let group = groups.get(key);
      if (group === undefined) {
        const host = row.host === '' ? {} : { [ATTR.hostName]: row.host };
        const attributes = {
          ...host,
          ...typed(resourceOf(row.service, row.instance)),
          [ATTR.serviceName]: row.service,
        };
        groups.set(key, (group = { resource: { attributes }, spans: [] }));
      }
      group.spans.push(spanOf(row, trace, idOf));
    }
  }
  return [...groups.values()].map(({ resource, spans }) => ({ resource, scopeSpans: [{ scope: SCOPE, spans }] }));
}
