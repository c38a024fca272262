import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { expect, test } from 'vitest';
import { startTestServer } from '../test-server.ts';

const span = (traceId: string, spanId: string, parentSpanId: string, spanKind: Span['spanKind']): Span => {
  const start = BigInt(Date.now() - 1000) * 1_000_000n;
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState: '',
    name: 'GET /',
    spanKind,
    startTimeUnixNano: start,
    endTimeUnixNano: start + 5_000_000n,
    attributes: { [ATTR.connection]: '00000000000000aa' },
    status: 'unset',
    statusMessage: '',
    links: [],
    events: [],
  };
};

test('spans that were stored after the sender had been told to try again are linked', async () => {
  await using server = await startTestServer({ intake: { timeout: 1 } });
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  const ends = [span(a, 'a'.repeat(16), '', 'client'), span(b, 'b'.repeat(16), 'a'.repeat(16), 'server')];
  for (const [sequence, end] of ends.entries()) {
    const resource = { attributes: { [ATTR.serviceName]: 'shop', [ATTR.hostName]: `node-${sequence}` } };
    const scopeSpans = [{ scope: { name: 'test', version: '' }, spans: [end] }];
    const body = encodeTraces({ kind: 'traces', resourceSpans: [{ resource, scopeSpans }] });
    const send = () =>
      fetch(`${server.intakeUrl}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'x-sonde-batch': `agent/${sequence + 1}` },
        body: body as Uint8Array<ArrayBuffer>,
      });
    expect((await send()).status).toBe(503);
    await expect.poll(async () => (await send()).status).toBe(200);
  }
  const spans = () => createClient(server.url).trace({ id: a });
  await expect.poll(async () => (await spans()).trace.spans.length).toBe(2);
});
