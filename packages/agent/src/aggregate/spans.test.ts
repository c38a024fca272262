import { decodeTraces, encodeTraces, type Span, type TracesData } from '@sonde/otlp';
import { SAMPLED, transient } from '@sonde/protocols';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScopeKind } from '../capture/generated/events.ts';
import { NO_SCOPE, WorkScope } from '../link/work-scope.ts';
import { Aggregation, callOf } from './aggregation.case.ts';

let it: Aggregation;
beforeEach(() => {
  it = new Aggregation();
  it.spans.clockOffset = 1_700_000_000_000_000_000n;
});
afterEach(() => it[Symbol.dispose]());

function spansOf(data: TracesData): (Span & { readonly service: unknown })[] {
  return data.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: resource.attributes['service.name'] }))),
  );
}

/** What a thread works on: a request that its process serves. */
function scopeOf(clientStart: number, serverStart: number, offset = 0): WorkScope {
  return Object.assign(new WorkScope(), { kind: ScopeKind.SCOPE_REQUEST, clientStart, serverStart, offset });
}

test('one exchange at both ends: the server span is the child of the client span, in one trace', () => {
  const connection = it.connection();
  it.recorder.exchange(callOf({}, { requestOffset: 512 }), connection, 0, NO_SCOPE);
  it.recorder.exchange(callOf({}, { requestOffset: 512 }), connection, 1, NO_SCOPE);
  const [client, server] = spansOf(it.spans.take());
  expect(client).toMatchObject({
    service: 'front',
    name: 'GET /users/{id}',
    spanKind: 'client',
    parentSpanId: '',
    status: 'unset',
    startTimeUnixNano: 1_700_000_001_000_000_000n,
    endTimeUnixNano: 1_700_000_001_001_000_000n,
    attributes: {
      'sonde.connection': '000003e8000007d0',
      'sonde.request.offset': 512,
      'sonde.request.bytes': 100,
      'sonde.response.bytes': 2000,
      'sonde.queue_wait': 5e-5,
      'sonde.complete': true,
      'http.response.status_code': 200,
    },
  });
  expect(server).toMatchObject({ service: 'users', spanKind: 'server' });
  expect(server.traceId).toBe(client.traceId);
  expect(server.parentSpanId).toBe(client.spanId);
  expect(server.spanId).not.toBe(client.spanId);
});

test('a failed exchange says so, and why', () => {
  it.recorder.exchange(callOf({ status: '500', error: '500', errorText: 'boom' }), it.connection(), 1, NO_SCOPE);
  expect(spansOf(it.spans.take())).toMatchObject([{ status: 'error', statusMessage: 'boom' }]);
});

test('an exchange of which nothing could be read is a span all the same', () => {
  const words = { protocol: 'unknown', operation: '', target: '', status: '' } as const;
  it.recorder.exchange(callOf(words, { complete: false }), it.connection(), 1, NO_SCOPE);
  expect(spansOf(it.spans.take())).toMatchObject([{ name: 'exchange', attributes: { 'sonde.complete': false } }]);
});

test('the path as it came, where that is wanted', () => {
  const text = new TextEncoder().encode('/users/7');
  const call = callOf({}, { raw: transient.of(text, 0, text.length) });
  it.recorder.exchange(call, it.connection(), 1, NO_SCOPE);
  expect(spansOf(it.spans.take())).toMatchObject([{ attributes: { 'url.path': '/users/7' } }]);
});

test('the context it carried, and what the application decided of it where it says', () => {
  const texts = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const [contextTrace, contextSpan] = texts.map((text) => {
    const bytes = new TextEncoder().encode(text);
    return transient.of(bytes, 0, bytes.length);
  });
  const context = { 'sonde.context.trace_id': texts[0], 'sonde.context.span_id': texts[1] };
  for (const [contextSampled, told] of [
    [SAMPLED.kept, { 'sonde.context.sampled': true }],
    [SAMPLED.dropped, { 'sonde.context.sampled': false }],
    [SAMPLED.unknown, {}],
  ] as const) {
    it.recorder.exchange(callOf({}, { contextTrace, contextSpan, contextSampled }), it.connection(), 1, NO_SCOPE);
    const [{ attributes }] = spansOf(it.spans.take());
    expect(attributes).toMatchObject({ ...context, ...told });
    expect('sonde.context.sampled' in attributes).toBe(contextSampled !== SAMPLED.unknown);
  }
});

test('they are handed over once, and only those that ended in time', () => {
  const connection = it.connection();
  it.recorder.exchange(callOf({}, { requestOffset: 0 }), connection, 1, NO_SCOPE);
  const later = { requestOffset: 1, requestFirst: 2e9, requestLast: 2e9, responseFirst: 3e9, responseLast: 3e9 };
  it.recorder.exchange(callOf({}, later), connection, 1, NO_SCOPE);
  expect(spansOf(it.spans.take(2.5e9)).map(({ attributes }) => attributes['sonde.request.offset'])).toEqual([0]);
  expect(spansOf(it.spans.take()).map(({ attributes }) => attributes['sonde.request.offset'])).toEqual([1]);
  expect(it.spans.take()).toEqual({ kind: 'traces', resourceSpans: [] });
});

describe('a limit', () => {
  const at = (time: number, requestOffset: number) =>
    callOf({}, { requestOffset, requestFirst: time, requestLast: time, responseFirst: time, responseLast: time });

  test('holds for each service, and what is left out is counted', () => {
    using few = new Aggregation(5);
    const connection = few.connection();
    for (let i = 0; i < 23; i++) {
      few.recorder.exchange(at(1e9, i), connection, 0, NO_SCOPE);
      few.recorder.exchange(at(1e9, i), connection, 1, NO_SCOPE);
    }
    const found = spansOf(few.spans.take());
    expect(found.filter(({ service }) => service === 'front')).toHaveLength(5);
    expect(found.filter(({ service }) => service === 'users')).toHaveLength(5);
    expect(few.spans.left).toBe(36);
  });

  test('lets as many through as it says, second after second', () => {
    using few = new Aggregation(10);
    const connection = few.connection();
    for (let i = 0; i < 10_000; i++) few.recorder.exchange(at(1e9 + i * 1e6, i), connection, 1, NO_SCOPE);
    const kept = spansOf(few.spans.take()).length;
    expect(kept).toBeGreaterThanOrEqual(100);
    expect(kept).toBeLessThanOrEqual(110);
    expect(kept + few.spans.left).toBe(10_000);
  });

  test('of none keeps none', () => {
    using none = new Aggregation(0);
    none.recorder.exchange(at(1e9, 0), none.connection(), 1, NO_SCOPE);
    none.recorder.exchange(at(900e9, 1), none.connection(), 1, NO_SCOPE);
    expect(none.spans.take().resourceSpans).toEqual([]);
    expect(none.spans.left).toBe(2);
  });
});

describe('links inside a process', () => {
  test('a call that a request made is its child, in the same trace', () => {
    const inbound = it.connection();
    const outbound = it.connection(3000, 4000);
    const caller = it.end(20, '10.0.0.3:6379');
    outbound.ends[0] = caller;
    outbound.ends[1] = null;
    it.recorder.opened(caller, 0);
    it.recorder.opened(caller, 1);
    const within = { requestFirst: 1.0002e9, requestLast: 1.0002e9, responseFirst: 1.0004e9, responseLast: 1.0004e9 };
    it.recorder.exchange(callOf({ protocol: 'redis' }, within), outbound, 0, scopeOf(1000, 2000));
    const answered = Object.assign(new WorkScope(), {
      kind: ScopeKind.SCOPE_CALL,
      clientStart: 3000,
      serverStart: 4000,
    });
    it.recorder.exchange(callOf(), inbound, 1, answered);
    const found = spansOf(it.spans.take());
    const call = found.find(({ spanKind }) => spanKind === 'client') as Span;
    const request = found.find(({ spanKind }) => spanKind === 'server') as Span;
    expect(call.parentSpanId).toBe(request.spanId);
    expect(call.traceId).toBe(request.traceId);
    expect(call.attributes).toMatchObject({ 'sonde.link.method': 'scope-both', 'sonde.link.confidence': 0.99 });
  });

  test("a task's call waits for the response to what the task works on, and what it called with it", () => {
    const inbound = it.connection();
    const outbound = it.connection(3000, 4000);
    const caller = it.end(20, '10.0.0.3:80');
    outbound.ends[0] = caller;
    outbound.ends[1] = it.end(10, '10.0.0.2');
    for (const side of [0, 1] as const) it.recorder.opened(caller, side);
    const byTask = Object.assign(new WorkScope(), { pid: 20, task: 77 });
    for (const side of [0, 1] as const) it.recorder.exchange(callOf(), outbound, side, side === 0 ? byTask : NO_SCOPE);
    expect(it.spans.take(8e9).resourceSpans).toEqual([]);
    it.recorder.exchange(callOf({}, { requestFirst: 0.9e9, responseLast: 8.5e9 }), inbound, 1, byTask);
    const found = spansOf(it.spans.take(9e9));
    const request = found.find(({ parentSpanId }) => !found.some(({ spanId }) => spanId === parentSpanId)) as Span;
    const call = found.find(({ spanKind }) => spanKind === 'client') as Span;
    expect(found).toHaveLength(3);
    expect(call.parentSpanId).toBe(request.spanId);
    expect(call.attributes).toMatchObject({ 'sonde.link.method': 'task', 'sonde.link.confidence': 0.999 });
    expect(new Set(found.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('but not for ever', () => {
    const caller = it.end(20, '10.0.0.3:80');
    for (const side of [0, 1] as const) it.recorder.opened(caller, side);
    const outbound = it.connection(3000, 4000);
    outbound.ends[0] = caller;
    it.recorder.exchange(callOf(), outbound, 0, Object.assign(new WorkScope(), { pid: 20, task: 77 }));
    expect(spansOf(it.spans.take(9.5e9))).toMatchObject([{ parentSpanId: '', links: [] }]);
  });

  test('a call that nothing links is the root of its own trace', () => {
    const outbound = it.connection(3000, 4000);
    it.recorder.exchange(callOf(), it.connection(), 1, NO_SCOPE);
    it.recorder.exchange(callOf(), outbound, 0, NO_SCOPE);
    const [request, call] = spansOf(it.spans.take()).toSorted((a, b) => b.spanKind.localeCompare(a.spanKind));
    expect(call).toMatchObject({ parentSpanId: '', links: [] });
    expect(call.traceId).not.toBe(request.traceId);
    expect(call.attributes).not.toHaveProperty('sonde.link.method');
  });
});

test('what is encoded is what was seen', () => {
  const connection = it.connection();
  for (const side of [0, 1] as const) it.recorder.exchange(callOf(), connection, side, NO_SCOPE);
  const data = it.spans.take();
  expect(decodeTraces(encodeTraces(data))).toEqual(data);
});
