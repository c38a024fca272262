import { attributesJson, readAttributesJson, readResourceJson, readScopeJson, resourceJson } from './common-json.ts';
import { decoding } from './error.ts';
import { type JsonObject, objectOf, readId, readInt32, readList, readNanos, readObject, readText } from './json.ts';
import { SPAN_KINDS, SPAN_STATUSES } from './traces.ts';
import type { Span, TracesData } from './types.ts';

/** ExportTraceServiceRequest as OTLP/JSON, ready for `JSON.stringify`. */
export function encodeTracesJson(data: TracesData): object {
  return {
    resourceSpans: data.resourceSpans.map(({ resource, scopeSpans }) => ({
      resource: resourceJson(resource),
      scopeSpans: scopeSpans.map(({ scope, spans }) => ({ scope, spans: spans.map(spanJson) })),
    })),
  };
}

function spanJson(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: SPAN_KINDS.indexOf(span.spanKind),
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: attributesJson(span.attributes),
    events: span.events.map((event) => ({
      timeUnixNano: String(event.timeUnixNano),
      name: event.name,
      attributes: attributesJson(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: attributesJson(link.attributes),
    })),
    status: { message: span.statusMessage, code: SPAN_STATUSES.indexOf(span.status) },
  };
}

/** Inverse of `encodeTracesJson`, from what `JSON.parse` gives. Throws `OtlpDecodeError`. */
export function decodeTracesJson(value: unknown): TracesData {
  return decoding('ExportTraceServiceRequest', () => ({
    kind: 'traces',
    resourceSpans: readList(objectOf(value, 'the body'), 'resourceSpans', (from) => ({
      resource: readResourceJson(from),
      scopeSpans: readList(from, 'scopeSpans', (group) => ({
        scope: readScopeJson(group),
        spans: readList(group, 'spans', readSpan),
      })),
    })),
  }));
}

function readSpan(from: JsonObject): Span {
  const status = readObject(from, 'status');
  return {
    traceId: readId(from, 'traceId', 16),
    spanId: readId(from, 'spanId', 8),
    parentSpanId: readId(from, 'parentSpanId', 8),
    traceState: readText(from, 'traceState'),
    name: readText(from, 'name'),
    spanKind: SPAN_KINDS[readInt32(from, 'kind')] ?? 'unspecified',
    startTimeUnixNano: readNanos(from, 'startTimeUnixNano'),
    endTimeUnixNano: readNanos(from, 'endTimeUnixNano'),
    attributes: readAttributesJson(from, 'attributes'),
    status: SPAN_STATUSES[readInt32(status, 'code')] ?? 'unset',
    statusMessage: readText(status, 'message'),
    links: readList(from, 'links', (link) => ({
      traceId: readId(link, 'traceId', 16),
      spanId: readId(link, 'spanId', 8),
      attributes: readAttributesJson(link, 'attributes'),
    })),
    events: readList(from, 'events', (event) => ({
      timeUnixNano: readNanos(event, 'timeUnixNano'),
      name: readText(event, 'name'),
      attributes: readAttributesJson(event, 'attributes'),
    })),
  };
}
