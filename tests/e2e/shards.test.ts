import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../capture/ports.ts';

const program = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));
const SERVER = program('server/src/test-server-process.ts');
const CLICKHOUSE = program('store/src/test-clickhouse-server.ts');
const HOSTS = ['a', 'b', 'c'];
/** Of the processes here, which share two processors with everything else. */
const PATIENCE = 60_000;

interface Server {
  readonly url: string;
  readonly intakeUrl: string;
  readonly process: ChildProcess;
}

let folder: string;
const processes = new Set<ChildProcess>();

async function start(file: string, ...args: string[]): Promise<{ process: ChildProcess } & Record<string, string>> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.add(child);
  const [line] = await once(createInterface(child.stdout!), 'line');
  return { ...JSON.parse(line), process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  processes.delete(child);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-shards-'));
});
afterAll(async () => {
  await Promise.all([...processes].map(kill));
  rmSync(folder, { recursive: true, force: true });
});

interface Sent {
  readonly host: string;
  readonly span: Span;
}

const id = (bytes: number) => randomBytes(bytes).toString('hex');
const now = () => Date.now();

/** One request through three hosts as their kernels saw it: every host has a trace id of its own. */
function request(number: number): Sent[] {
  const begin = now() - 1000;
  const sent: Sent[] = [];
  const add = (host: string, kind: Span['spanKind'], traceId: string, parentSpanId: string, at: number, ms: number) => {
    const spanId = id(8);
    const start = BigInt(begin + at) * 1_000_000n;
    const isGuess = kind === 'client' && parentSpanId !== '';
    sent.push({
      host,
      span: {
        traceId,
        spanId,
        parentSpanId,
        traceState: '',
        name: `GET /${number}`,
        spanKind: kind,
        startTimeUnixNano: start,
        endTimeUnixNano: start + BigInt(ms) * 1_000_000n,
        attributes: {
          [ATTR.connection]: id(8),
          ...(isGuess ? { [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: 0.99 } : {}),
        },
        status: 'unset',
        statusMessage: '',
        links: [],
        events: [],
      },
    });
    return spanId;
  };
  let parent = '';
  for (const [i, host] of HOSTS.entries()) {
    const trace = id(16);
    const server = add(host, 'server', trace, parent, i * 20, 500 - i * 40);
    if (host === 'c') break;
    parent = add(host, 'client', trace, server, i * 20 + 10, 500 - i * 40 - 20);
  }
  return sent;
}

async function send(server: Pick<Server, 'intakeUrl'>, sent: readonly Sent[]): Promise<void> {
  const resourceSpans = sent.map(({ host, span }) => ({
    resource: { attributes: { [ATTR.serviceName]: `service-${host}`, [ATTR.hostName]: host } },
    scopeSpans: [{ scope: { name: 'test', version: '' }, spans: [span] }],
  }));
  const response = await fetch(`${server.intakeUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encodeTraces({ kind: 'traces', resourceSpans }) as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(200);
}

/** Sends the spans of each host to its server in groups, in random order, and some of them to another server again. */
async function sendShuffled(requests: readonly Sent[][], serverOf: (host: string) => Pick<Server, 'intakeUrl'>) {
  const all = requests.flat().toSorted(() => Math.random() - 0.5);
  for (let at = 0; at < all.length; at += 40) {
    const group = all.slice(at, at + 40);
    for (const host of HOSTS) {
      const sent = group.filter((each) => each.host === host);
      if (sent.length > 0) await send(serverOf(host), sent);
    }
    if (at % 80 === 0) await send(serverOf('a'), group.slice(0, 5));
  }
}

/** Parents by span, and span ids by trace, as a server shows them. */
async function shownBy(url: string, since: number) {
  const api = createClient(url);
  const { traces } = await api.traces({ from: since, to: now() + 1000, limit: 1000 });
  const parents = new Map<string, string>();
  const spans = new Map<string, string[]>();
  for (const { id } of traces) {
    const { trace } = await api.trace({ id });
    spans.set(trace.id, trace.spans.map((span) => span.id).toSorted());
    for (const span of trace.spans) parents.set(span.id, span.parent);
  }
  return { parents, spans };
}

/** Whether each request is one trace, and none of their spans was in another when the traces were listed. */
const isWhole = (shown: Awaited<ReturnType<typeof shownBy>>, requests: readonly Sent[][]) =>
  [...shown.spans.values()].flat().length === shown.parents.size &&
  requests.every((sent) => {
    const ids = sent.map(({ span }) => span.spanId).toSorted();
    return shown.spans.get(sent[0].span.traceId)?.join() === ids.join();
  });

/** Asks until all requests are one trace each, and at most so long. */
async function untilWhole(url: string, since: number, requests: readonly Sent[][]) {
  for (const deadline = now() + PATIENCE; ; await sleep(1000)) {
    const shown = await shownBy(url, since);
    if (isWhole(shown, requests) || now() > deadline) return shown;
  }
}

function expectWhole(shown: Awaited<ReturnType<typeof shownBy>>, requests: readonly Sent[][]): void {
  for (const sent of requests) {
    expect(shown.spans.get(sent[0].span.traceId)).toEqual(sent.map(({ span }) => span.spanId).toSorted());
    for (const { span } of sent) expect(shown.parents.get(span.spanId)).toBe(span.parentSpanId);
  }
}

test('three servers link as one does, stay right while one is down, and make up for it when it is back', {
  timeout: 240_000,
}, async () => {
  const clickhouse = await start(CLICKHOUSE, join(folder, 'clickhouse'));
  const ports = [await freePort(), await freePort(), await freePort()];
  const shards = ports.map((port) => `http://127.0.0.1:${port}`);
  const startShard = (i: number) => {
    const linker = { shards, self: shards[i], token: 'secret' };
    const config = { linker, intake: { port: ports[i] }, store: { url: clickhouse.url }, alerts: { enabled: false } };
    return start(SERVER, join(folder, `shard-${i}`), JSON.stringify(config)) as Promise<unknown> as Promise<Server>;
  };
  const servers = [await startShard(0), await startShard(1), await startShard(2)];
  const alone = (await start(SERVER, join(folder, 'alone'))) as unknown as Server;
  const shardOf = (host: string) => servers[HOSTS.indexOf(host)];

  const since = now() - 2000;
  const first = Array.from({ length: 20 }, (_, i) => request(i));
  await Promise.all([sendShuffled(first, shardOf), sendShuffled(first, () => alone)]);
  const shown = await untilWhole(servers[0].url, since, first);
  expectWhole(shown, first);
  const sorted = ({ parents, spans }: typeof shown) => [[...parents].sort(), [...spans].sort()];
  expect(sorted(await untilWhole(alone.url, since, first))).toEqual(sorted(shown));
  expect(sorted(await shownBy(servers[2].url, since))).toEqual(sorted(shown));
  await kill(alone.process);

  await kill(servers[1].process);
  const down = now();
  const second = Array.from({ length: 15 }, (_, i) => request(100 + i));
  await sendShuffled(second, (host) => (host === 'b' ? servers[2] : shardOf(host)));
  await sleep(5000);
  const meanwhile = await shownBy(servers[0].url, down - 1000);
  const requestOf = new Map(second.flatMap((sent, i) => sent.map(({ span }) => [span.spanId, i])));
  for (const spans of meanwhile.spans.values()) {
    const requests = new Set(spans.map((span) => requestOf.get(span)));
    expect(requests.size).toBe(1);
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
