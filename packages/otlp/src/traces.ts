import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { NO_ATTRIBUTES, readAttribute, writeAttributes, writeResource, writeScope } from './common.ts';
import { readGroups } from './groups.ts';
import type { Span, SpanKind, SpanStatus, TracesData } from './types.ts';
import { bits64, bytes, type Input, idOf, nested, varint, writeEnum, writeId, writeString, writeTime } from './wire.ts';

/** Values of Span.SpanKind, by number. */
export const SPAN_KINDS: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Values of Status.StatusCode, by number. */
export const SPAN_STATUSES: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/**
 * ExportTraceServiceRequest as protobuf.
 * Field numbers: opentelemetry/proto/trace/v1/trace.proto and collector/trace/v1/trace_service.proto.
 */
export function encodeTraces(data: TracesData): Uint8Array {
  const out = new BinaryWriter();
  for (const { resource, scopeSpans } of data.resourceSpans) {
    nested(out, 1, () => {
      writeResource(out, 1, resource);
      for (const { scope, spans } of scopeSpans) {
        nested(out, 2, () => {
          writeScope(out, 1, scope);
          for (const span of spans) nested(out, 2, () => writeSpan(out, span));
        });
      }
    });
  }
  return out.finish();
}

function writeSpan(out: BinaryWriter, span: Span): void {
  writeId(out, 1, span.traceId);
  writeId(out, 2, span.spanId);
  writeString(out, 3, span.traceState);
  writeId(out, 4, span.parentSpanId);
  writeString(out, 5, span.name);
  writeEnum(out, 6, SPAN_KINDS.indexOf(span.spanKind));
  writeTime(out, 7, span.startTimeUnixNano);
  writeTime(out, 8, span.endTimeUnixNano);
  writeAttributes(out, 9, span.attributes);
  for (const event of span.events) {
    nested(out, 11, () => {
      writeTime(out, 1, event.timeUnixNano);
      writeString(out, 2, event.name);
      writeAttributes(out, 3, event.attributes);
    });
  }
  for (const link of span.links) {
    nested(out, 13, () => {
      writeId(out, 1, link.traceId);
      writeId(out, 2, link.spanId);
      writeAttributes(out, 4, link.attributes);
    });
  }
  if (span.status !== 'unset' || span.statusMessage !== '') {
    nested(out, 15, () => {
      writeString(out, 2, span.statusMessage);
      writeEnum(out, 3, SPAN_STATUSES.indexOf(span.status));
    });
  }
}

/** Inverse of `encodeTraces`. Throws `OtlpDecodeError`. */
export function decodeTraces(payload: Uint8Array): TracesData {
  const groups = readGroups('ExportTraceServiceRequest', payload, readSpan);
  const resourceSpans = groups.map(({ resource, scopes }) => ({
    resource,
    scopeSpans: scopes.map(({ scope, items }) => ({ scope, spans: items })),
  }));
  return { kind: 'traces', resourceSpans };
}

type Event = Span['events'][number];
type Link = Span['links'][number];
const NONE: readonly never[] = Object.freeze([]);

function readSpan(input: Input): Span {
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let traceState = '';
  let name = '';
  let spanKind: SpanKind = 'unspecified';
  let startTimeUnixNano = 0n;
  let endTimeUnixNano = 0n;
  let attributes = NO_ATTRIBUTES;
  let status: readonly [SpanStatus, string] = ['unset', ''];
  let links: readonly Link[] = NONE;
  let events: readonly Event[] = NONE;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        traceId = idOf(input.reader.bytes(), 16);
        break;
      case bytes(2):
        spanId = idOf(input.reader.bytes(), 8);
        break;
      case bytes(3):
        traceState = input.string();
        break;
      case bytes(4):
        parentSpanId = idOf(input.reader.bytes(), 8);
        break;
      case bytes(5):
        name = input.string();
        break;
      case varint(6):
        spanKind = SPAN_KINDS[input.reader.int32()] ?? 'unspecified';
        break;
      case bits64(7):
        startTimeUnixNano = input.time();
        break;
      case bits64(8):
        endTimeUnixNano = input.time();
        break;
      case bytes(9):
        attributes = readAttribute(input, attributes);
        break;
      case bytes(11):
        if (events === NONE) events = [];
        (events as Event[]).push(readEvent(input));
        break;
      case bytes(13):
        if (links === NONE) links = [];
        (links as Link[]).push(readLink(input));
        break;
      case bytes(15):
        status = readStatus(input);
        break;
      default:
        input.skip();
    }
  }
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    name,
    spanKind,
    startTimeUnixNano,
    endTimeUnixNano,
    attributes,
    status: status[0],
    statusMessage: status[1],
    links,
    events,
  };
}

function readEvent(input: Input): Event {
  let timeUnixNano = 0n;
  let name = '';
  let attributes = NO_ATTRIBUTES;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bits64(1):
        timeUnixNano = input.time();
        break;
      case bytes(2):
        name = input.string();
        break;
      case bytes(3):
        attributes = readAttribute(input, attributes);
        break;
      default:
        input.skip();
    }
  }
  return { timeUnixNano, name, attributes };
}

function readLink(input: Input): Link {
  let traceId = '';
  let spanId = '';
  let attributes = NO_ATTRIBUTES;
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(1):
        traceId = idOf(input.reader.bytes(), 16);
        break;
      case bytes(2):
        spanId = idOf(input.reader.bytes(), 8);
        break;
      case bytes(4):
        attributes = readAttribute(input, attributes);
        break;
      default:
        input.skip();
    }
  }
  return { traceId, spanId, attributes };
}

function readStatus(input: Input): readonly [SpanStatus, string] {
  let status: SpanStatus = 'unset';
  let message = '';
  for (const end = input.enter(); input.more(end); ) {
    switch (input.tag()) {
      case bytes(2):
        message = input.string();
        break;
      case varint(3):
        status = SPAN_STATUSES[input.reader.int32()] ?? 'unset';
        break;
      default:
        input.skip();
    }
  }
  return [status, message];
}
