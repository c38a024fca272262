import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { encodeTraces, type Span } from '@sonde/otlp';
import { Processes } from '../../tests/e2e/traces.ts';
import { quantilesOf } from './quantiles.ts';

const HOSTS = ['a', 'b', 'c'];
const SECONDS = 20;
const TRACES_PER_SECOND = 400;
/** How often each host sends what has ended, in ms. */
const EVERY = 250;
const PROBE_EVERY = 250;
const POLL = 150;
const PATIENCE = 30_000;

const id = (bytes: number) => randomBytes(bytes).toString('hex');

/** Spans of one request through three hosts, each host with a trace id of its own; they end now. */
function request(): { trace: string; spans: readonly (readonly [host: string, span: Span])[] } {
  const end = BigInt(Date.now()) * 1_000_000n;
  const spans: [string, Span][] = [];
  let trace = '';
  let parent = '';
  for (const [i, host] of HOSTS.entries()) {
    const traceId = id(16);
    if (i === 0) trace = traceId;
    const more = { traceState: '', name: 'GET /', status: 'unset', statusMessage: '', links: [], events: [] } as const;
    const startTimeUnixNano = end - BigInt(50 - i * 10) * 1_000_000n;
    const times = { startTimeUnixNano, endTimeUnixNano: end };
    const server: Span = {
      ...more,
      ...times,
      traceId,
      spanId: id(8),
      parentSpanId: parent,
      spanKind: 'server',
      attributes: { [ATTR.connection]: id(8) },
    };
    spans.push([host, server]);
    if (i === HOSTS.length - 1) break;
    parent = id(8);
    const attributes = { [ATTR.connection]: id(8), [ATTR.linkMethod]: 'scope-both', [ATTR.linkConfidence]: 0.99 };
    const client = { spanId: parent, parentSpanId: server.spanId, spanKind: 'client', attributes } as const;
    spans.push([host, { ...server, ...client, startTimeUnixNano: startTimeUnixNano + 5_000_000n }]);
  }
  return { trace, spans };
}

/** From the end of a trace's spans until the API of a server with its own store shows all of them as one trace, in s. */
export async function measureVisible() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  await using processes = new Processes();
  try {
    const server = await processes.start('server', join(folder, 'store'));
    const api = createClient(server.url);
    const waiting = new Map<string, Span[]>(HOSTS.map((host) => [host, []]));
    let batch = 0;
    const send = async (host: string) => {
      const spans = waiting.get(host)!.splice(0);
      if (spans.length === 0) return;
      const resource = { attributes: { [ATTR.serviceName]: `service-${host}`, [ATTR.hostName]: host } };
      const scopeSpans = [{ scope: { name: 'bench', version: '' }, spans }];
      const body = encodeTraces({ kind: 'traces', resourceSpans: [{ resource, scopeSpans }] });
      const headers = { 'content-type': 'application/x-protobuf', 'x-sonde-batch': `${host}/${++batch}` };
      const init = { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> };
      while ((await fetch(`${server.intakeUrl}/v1/traces`, init)).status !== 200) await sleep(EVERY);
    };
    const seen: number[] = [];
    let lost = 0;
    const probe = async (trace: string, spans: number, ended: number) => {
      for (;;) {
        await sleep(POLL);
        const found = await api.trace({ id: trace }).catch(() => null);
        if (found?.trace.spans.length === spans) return void seen.push((Date.now() - ended) / 1000);
        if (Date.now() - ended > PATIENCE) return void lost++;
      }
    };
    const probes: Promise<void>[] = [];
    let sent = 0;
    let isOver = false;
    const begin = Date.now();
    const senders = HOSTS.map(async (host) => {
      while (!isOver || waiting.get(host)!.length > 0) {
        await sleep(EVERY);
        await send(host);
      }
    });
    for (let due = 0, nextProbe = 0; Date.now() - begin < SECONDS * 1000; await sleep(5)) {
      const elapsed = Date.now() - begin;
      for (; due < (elapsed / 1000) * TRACES_PER_SECOND; due++) {
        const { trace, spans } = request();
        for (const [host, span] of spans) waiting.get(host)!.push(span);
        sent += spans.length;
        if (elapsed < nextProbe) continue;
        nextProbe = elapsed + PROBE_EVERY;
        probes.push(probe(trace, spans.length, Date.now()));
      }
    }
    isOver = true;
    await Promise.all([...senders, ...probes]);
    return {
      spansPerSecond: Math.round(sent / SECONDS),
      tracesAsked: probes.length,
      neverWhole: lost,
      sentEveryMs: EVERY,
      secondsToVisible: quantilesOf(seen),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
