import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR } from '@sonde/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Processes, type SentSpan, send, shownBy } from './traces.ts';

let folder: string;
let processes: Processes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-restart-'));
  processes = new Processes();
});
afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const id = (bytes: number) => randomBytes(bytes).toString('hex');

/** The caller's end of a request, and the server's with a call of its own: two trace ids. */
function request(host: number): [caller: SentSpan, ...called: SentSpan[]] {
  const start = Date.now() - 1000;
  const caller: SentSpan = {
    host: `caller-${host}`,
    name: 'GET /',
    traceId: id(16),
    spanId: id(8),
    parentSpanId: '',
    spanKind: 'client',
    start,
    duration: 800,
    attributes: { [ATTR.connection]: id(8) },
  };
  const more = { host: `called-${host}`, traceId: id(16), start: start + 10, duration: 700 };
  const server: SentSpan = { ...caller, ...more, spanId: id(8), parentSpanId: caller.spanId, spanKind: 'server' };
  const link = { [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: 0.99 };
  const attributes = { ...server.attributes, ...link };
  const call: SentSpan = { ...server, spanId: id(8), parentSpanId: server.spanId, spanKind: 'client', attributes };
  return [caller, server, { ...call, start: start + 20, duration: 500 }];
}

test('SIGKILL in the middle of traces: after the restart all that was acknowledged is whole', {
  timeout: 120_000,
}, async () => {
  const since = Date.now() - 2000;
  const requests = Array.from({ length: 30 }, (_, i) => request(i % 5));
  const first = await processes.start('server', folder);
  await send(
    first.intakeUrl,
    requests.flatMap((spans, i) => (i % 3 === 0 ? spans.slice(0, 1) : i % 3 === 1 ? spans.slice(1) : spans)),
  );
  await processes.kill(first.process);
  const { url, intakeUrl } = await processes.start('server', folder);
  await send(
    intakeUrl,
    requests.flatMap((spans, i) => (i % 3 === 0 ? spans.slice(1) : i % 3 === 1 ? spans.slice(0, 1) : [])),
  );
  const whole = requests.map((spans) => [spans[0].traceId, spans.map(({ spanId }) => spanId).sort()]).sort();
  await expect.poll(async () => [...(await shownBy(url, since)).spans].sort(), { interval: 500 }).toEqual(whole);
  const { parents } = await shownBy(url, since);
  for (const { spanId, parentSpanId } of requests.flat()) expect(parents.get(spanId)).toBe(parentSpanId);
});
