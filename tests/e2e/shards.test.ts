import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTR } from '@sonde/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../capture/ports.ts';
import { Processes, type SentSpan, type Shown, type Started, send, shownBy, sorted } from './traces.ts';

const HOSTS = ['a', 'b', 'c'];
/** With the processes here, which share two processors with everything else. */
const PATIENCE = 60_000;

let folder: string;
let processes: Processes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-shards-'));
  processes = new Processes();
});
afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const id = (bytes: number) => randomBytes(bytes).toString('hex');

/** One request through three hosts as their kernels saw it: every host has a trace id of its own. */
function request(number: number): SentSpan[] {
  const begin = Date.now() - 1000;
  let parent = '';
  return HOSTS.flatMap((host, i) => {
    const at = { host, name: `GET /${number}`, traceId: id(16) };
    const [start, duration] = [begin + i * 20, 500 - i * 40];
    const server: SentSpan = {
      ...at,
      spanId: id(8),
      parentSpanId: parent,
      spanKind: 'server',
      start,
      duration,
      attributes: { [ATTR.connection]: id(8) },
    };
    const client: SentSpan = {
      ...server,
      spanId: id(8),
      parentSpanId: server.spanId,
      spanKind: 'client',
      start: start + 10,
      duration: duration - 20,
      attributes: { [ATTR.connection]: id(8), [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: 0.99 },
    };
    parent = client.spanId;
    return host === 'c' ? [server] : [server, client];
  });
}

/** Sends the spans of each host to its server in groups, in random order, and some of them to another server again. */
async function sendShuffled(requests: readonly SentSpan[][], serverOf: (host: string) => Started): Promise<void> {
  const all = requests.flat().toSorted(() => Math.random() - 0.5);
  for (let at = 0; at < all.length; at += 40) {
    const group = all.slice(at, at + 40);
    for (const host of HOSTS) {
      const spans = group.filter((each) => each.host === host);
      if (spans.length > 0) await send(serverOf(host).intakeUrl, spans);
    }
    if (at % 80 === 0) await send(serverOf('a').intakeUrl, group.slice(0, 5));
  }
}

/** Whether each request is one trace, and none of their spans was in another when the traces were listed. */
const isWhole = ({ spans, parents }: Shown, requests: readonly SentSpan[][]) =>
  [...spans.values()].flat().length === parents.size &&
  requests.every((sent) => {
    const ids = sent.map(({ spanId }) => spanId).sort();
    return spans.get(sent[0].traceId)?.join() === ids.join();
  });

/** Asks until all requests are one trace each, and at most so long. */
async function untilWhole(url: string, since: number, requests: readonly SentSpan[][]): Promise<Shown> {
  for (const deadline = Date.now() + PATIENCE; ; await sleep(1000)) {
    const shown = await shownBy(url, since);
    if (isWhole(shown, requests) || Date.now() > deadline) return shown;
  }
}

function expectWhole({ spans, parents }: Shown, requests: readonly SentSpan[][]): void {
  for (const sent of requests) {
    expect(spans.get(sent[0].traceId)).toEqual(sent.map(({ spanId }) => spanId).sort());
    for (const { spanId, parentSpanId } of sent) expect(parents.get(spanId)).toBe(parentSpanId);
  }
}

test('three servers link as one does, stay right while one is down, and make up for it when it is back', {
  timeout: 240_000,
}, async () => {
  const clickhouse = await processes.start('clickhouse', join(folder, 'clickhouse'));
  const ports = [await freePort(), await freePort(), await freePort()];
  const shards = ports.map((port) => `http://127.0.0.1:${port}`);
  const startShard = (i: number) =>
    processes.start('server', join(folder, `shard-${i}`), {
      linker: { shards, self: shards[i], token: 'secret' },
      intake: { port: ports[i] },
      store: { url: clickhouse.url },
      alerts: { enabled: false },
    });
  const servers = [await startShard(0), await startShard(1), await startShard(2)];
  const alone = await processes.start('server', join(folder, 'alone'));
  const shardOf = (host: string) => servers[HOSTS.indexOf(host)];

  const since = Date.now() - 2000;
  const first = Array.from({ length: 20 }, (_, i) => request(i));
  await Promise.all([sendShuffled(first, shardOf), sendShuffled(first, () => alone)]);
  const shown = await untilWhole(servers[0].url, since, first);
  expectWhole(shown, first);
  expect(sorted(await untilWhole(alone.url, since, first))).toEqual(sorted(shown));
  expect(sorted(await shownBy(servers[2].url, since))).toEqual(sorted(shown));
  await processes.kill(alone.process);

  await processes.kill(servers[1].process);
  const down = Date.now();
  const second = Array.from({ length: 15 }, (_, i) => request(100 + i));
  await sendShuffled(second, (host) => (host === 'b' ? servers[2] : shardOf(host)));
  await sleep(4000);
  const meanwhile = await shownBy(servers[0].url, down - 1000);
  const requestOf = new Map(second.flatMap((sent, i) => sent.map(({ spanId }) => [spanId, i])));
  for (const spans of meanwhile.spans.values()) {
    expect(new Set(spans.map((span) => requestOf.get(span))).size).toBe(1);
  }
  expect(isWhole(meanwhile, second)).toBe(false);

  servers[1] = await startShard(1);
  const third = Array.from({ length: 10 }, (_, i) => request(200 + i));
  await sendShuffled(third, shardOf);
  const whole = [...second, ...third];
  expectWhole(await untilWhole(servers[1].url, down - 1000, whole), whole);

  const refused = await fetch(`${shards[0]}/internal/linker/messages`, { method: 'POST', body: new Uint8Array(8) });
  expect(refused.status).toBe(401);
});
