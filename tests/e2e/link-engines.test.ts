import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTR } from '@sonde/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Processes, type SentSpan, type Shown, send, shownBy, sorted } from './traces.ts';

const PATIENCE = 30_000;

let folder: string;
let processes: Processes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-engines-'));
  processes = new Processes();
});
afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const id = (bytes: number) => randomBytes(bytes).toString('hex');
const chance = (share: number) => Math.random() < share;

type Context = { readonly trace: string; readonly span: string };

/**
 * A request through some hosts: each seen by its kernel at one or both ends, with or without a trace of the application,
 * which starts, takes up or passes on a context; calls surely linked, perhaps, or not at all.
 */
function request(number: number, hosts: number): SentSpan[] {
  const spans: SentSpan[] = [];
  const begin = Date.now() - 5000;
  const contextOf = (context: Context | null) =>
    context === null ? {} : { [ATTR.contextTrace]: context.trace, [ATTR.contextSpan]: context.span };
  let [parent, context]: [string, Context | null] = ['', null];
  for (let i = 0; i < hosts; i++) {
    const [start, duration] = [begin + i * 50, 2000 - i * 100];
    const kernel = { host: `node-${number % 7}-${i}`, name: 'GET /', traceId: id(16), start, duration };
    const server: SentSpan = {
      ...kernel,
      spanId: id(8),
      parentSpanId: parent,
      spanKind: 'server',
      attributes: { [ATTR.connection]: id(8), ...contextOf(context) },
    };
    if (chance(0.95)) spans.push(server);
    if (chance(0.4)) {
      const app: SentSpan = { ...server, host: 'pod', traceId: context?.trace ?? id(16), attributes: {} };
      const controller: SentSpan = { ...app, spanId: id(8), parentSpanId: context?.span ?? '', start: start + 5 };
      const call: SentSpan = { ...controller, spanId: id(8), parentSpanId: controller.spanId, spanKind: 'client' };
      spans.push(controller);
      if (chance(0.9)) spans.push({ ...call, start: start + 20, duration: duration - 40 });
      context = { trace: app.traceId, span: call.spanId };
    } else if (chance(0.3)) {
      context = null;
    }
    if (i === hosts - 1) break;
    const confidence = chance(0.5) ? 1 : chance(0.8) ? 0.97 : 0.6;
    const isLinked = chance(0.8) && confidence > 0.9;
    const client: SentSpan = {
      ...kernel,
      traceId: isLinked && chance(0.5) ? kernel.traceId : id(16),
      spanId: id(8),
      parentSpanId: isLinked ? server.spanId : '',
      spanKind: 'client',
      start: start + 25,
      duration: duration - 50,
      attributes: {
        [ATTR.connection]: id(8),
        ...contextOf(context),
        ...(isLinked ? { [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: confidence } : {}),
      },
    };
    if (chance(0.95)) spans.push(client);
    parent = client.spanId;
  }
  return spans;
}

async function until(ask: () => Promise<Shown>, hoped: (shown: Shown) => boolean): Promise<Shown> {
  for (const deadline = Date.now() + PATIENCE; ; await sleep(500)) {
    const shown = await ask();
    if (hoped(shown) || Date.now() > deadline) return shown;
  }
}

test('statements in the store find the traces that the linker in memory finds', async () => {
  const memory = await processes.start('server', join(folder, 'memory'));
  const statements = await processes.start('server', join(folder, 'statements'), {
    linker: { engine: 'clickhouse', interval: 1000, grace: 1000 },
  });
  const since = Date.now() - 10_000;
  const spans = Array.from({ length: 40 }, (_, i) => request(i, 1 + (i % 5))).flat();
  for (const { intakeUrl } of [memory, statements]) await send(intakeUrl, spans);
  await sleep(5000);
  const expected = await shownBy(memory.url, since);
  expect([...expected.spans.values()].flat()).toHaveLength(spans.length);
  const text = JSON.stringify(sorted(expected));
  const found = await until(
    () => shownBy(statements.url, since),
    (shown) => JSON.stringify(sorted(shown)) === text,
  );
  expect(sorted(found)).toEqual(sorted(expected));
});
