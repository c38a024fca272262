import type { EpochNanoseconds, Nanoseconds } from '@sonde/model';
import type { Span, TracesData } from '@sonde/otlp';
import type { SpanRow } from '@sonde/store';
import { allText, jsonOf } from './attributes.ts';
import type { Mapped } from './metrics.ts';
import { Rejections } from './rejections.ts';
import { type Sender, senderOf } from './resource.ts';
import { type AcceptedTimes, secondsOf } from './times.ts';

const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;

function problemOf(span: Span, times: AcceptedTimes): string | null {
  if (!TRACE_ID.test(span.traceId)) return 'the trace id is not 16 bytes, or is zero';
  if (!SPAN_ID.test(span.spanId)) return 'the span id is not 8 bytes, or is zero';
  if (span.parentSpanId !== '' && !/^[0-9a-f]{16}$/.test(span.parentSpanId)) return 'the parent id is not 8 bytes';
  if (span.endTimeUnixNano < span.startTimeUnixNano) return 'the span ends before it starts';
  return times.problemOf(secondsOf(span.startTimeUnixNano));
}

function rowOf({ service, instance, host }: Sender, span: Span): SpanRow {
  const events = span.events.map((event) => ({ ...event, timeUnixNano: event.timeUnixNano.toString() }));
  return {
    start: span.startTimeUnixNano as EpochNanoseconds,
    duration: Number(span.endTimeUnixNano - span.startTimeUnixNano) as Nanoseconds,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    service,
    instance,
    host,
    kind: span.spanKind,
    name: span.name,
    status: span.status,
    statusMessage: span.statusMessage,
    attributes: allText(span.attributes),
    links: span.links.length > 0 ? jsonOf(span.links) : '',
    events: events.length > 0 ? jsonOf(events) : '',
  };
}

export function tracesIntake(data: TracesData, times: AcceptedTimes): Mapped {
  const rejected = new Rejections();
  const spans: SpanRow[] = [];
  const resources = data.resourceSpans.map(({ resource, scopeSpans }) => {
    const sender = senderOf(resource);
    for (const scope of scopeSpans) {
      for (const span of scope.spans) {
        const problem = problemOf(span, times);
        if (problem === null) spans.push(rowOf(sender, span));
        else rejected.add(problem);
      }
    }
    const { service, instance } = sender;
    return { time: times.now, service, instance, attributes: allText(resource.attributes) };
  });
  return { intake: { requests: [], metrics: [], spans, resources }, rejected };
}
