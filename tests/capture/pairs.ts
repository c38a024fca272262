import { expect } from 'vitest';
import type { SeenSpan, Sink } from './sink.ts';
import { count } from './workload.ts';

/** Spans of both ends, paired by the ids that each end found on its own. */
function pairs(sink: Pick<Sink, 'spans'>): { client: SeenSpan; server: SeenSpan }[] {
  const clients = new Map<string, SeenSpan>();
  for (const span of sink.spans) if (span.spanKind === 'client') clients.set(span.spanId, span);
  return sink.spans.flatMap((server) => {
    const client = server.spanKind === 'server' ? clients.get(server.parentSpanId) : undefined;
    return client === undefined ? [] : [{ client, server }];
  });
}

/** Every request was seen at both ends, and both ends named it alike and say the same of it. */
export function expectAllMatched(sink: Pick<Sink, 'spans'>, expected: number): void {
  expect(count(sink.spans, ({ spanKind }) => spanKind)).toEqual({ client: expected, server: expected });
  const matched = pairs(sink);
  expect(matched).toHaveLength(expected);
  expect(new Set(matched.map(({ client }) => client.spanId)).size).toBe(expected);
  const same = ['sonde.connection', 'sonde.request.offset', 'url.path', 'http.request.method', 'sonde.request.bytes'];
  for (const { client, server } of matched) {
    expect(server.traceId).toBe(client.traceId);
    for (const key of [...same, 'http.response.status_code', 'sonde.response.bytes']) {
      expect(server.attributes[key], key).toEqual(client.attributes[key]);
    }
  }
}
