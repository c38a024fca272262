import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanRow } from '@sonde/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { end, Hosts, type Trace } from './hosts.ts';
import { captureSkipReason, type Program } from './sandbox.ts';

const reason = captureSkipReason();
/** Load, front, three calls to the middle, three of each of those to the back: both ends of each. */
const SPANS = 2 * (1 + 3 + 9);

const pathOf = ({ attributes }: SpanRow) => attributes['url.path'] ?? '';
const requestOf = (span: SpanRow) => /\b(1\d{6})\b/.exec(pathOf(span))?.[1] ?? '';
/** No two requests of the load and no two calls have the same path, so that it names a span with its side and service. */
const keyOf = (span: SpanRow) => `${span.service} ${span.kind} ${pathOf(span)}`;

const CALLER: Readonly<Record<string, string>> = { front: 'load', middle: 'front', back: 'middle' };

/** The key of the span that this one hangs below in truth, '' for the load's own. */
function trueParent(span: SpanRow): string {
  if (span.kind === 'server') return `${CALLER[span.service]} client ${pathOf(span)}`;
  if (span.service === 'load') return '';
  return `${span.service} server ${pathOf(span)
    .replace(/^\/s200/, '')
    .replace(/\/[abc]$/, '')}`;
}

/** Parents that traces show and that are not those of the truth. */
function wrongLinks(traces: readonly Trace[]): string[] {
  return traces.flatMap(({ spans, places }) => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    return spans.flatMap((span) => {
      const parent = byId.get(places.get(span.spanId)?.parent ?? '');
      return parent === undefined || keyOf(parent) === trueParent(span) ? [] : [`${keyOf(span)} < ${keyOf(parent)}`];
    });
  });
}

/** What hangs below nothing. */
const rootsOf = ({ spans, places }: Trace) => spans.filter(({ spanId }) => !places.has(spanId));
const isWhole = (trace: Trace) => trace.spans.length === SPANS && rootsOf(trace).length === 1;

describe.skipIf(reason !== '')(`three hosts with NAT between them, an agent on each, one server ${reason}`, () => {
  let hosts: Hosts;

  beforeEach(async () => {
    hosts = new Hosts(['host-a', 'host-b', 'host-c']);
    await hosts.startServer();
  });
  afterEach(() => hosts[Symbol.asyncDispose]());

  /** The back on the third host, the middle on the second, the front on the first; returns what starts the load there. */
  async function startServices(): Promise<(requests: number, pause: number) => Program> {
    const [a, b, c] = hosts.all;
    const on = ({ netns }: { netns: string }, name: string, environment = {}) => ({
      netns,
      environment: { OTEL_SERVICE_NAME: name, LISTEN: '0.0.0.0:8080', ...environment },
    });
    await c.sandbox.node('http-server.mjs', ['0.0.0.0', 8080], on(c, 'back')).line();
    await b.sandbox.python('proxy.py', [80], on(b, 'middle', { BACK_HOST: c.virtualAddress })).line();
    const front = on(a, 'front', { BACK_HOST: b.virtualAddress });
    const port = await a.sandbox.node('proxy.mjs', [80, 'chain'], front).line();
    return (requests, pause) => a.sandbox.node('load.mjs', [port, requests, 4, pause], on(a, 'load'));
  }

  test('every trace is whole, from the load through all of them, and nothing else is in it', {
    timeout: 180_000,
  }, async () => {
    const startLoad = await startServices();
    const agents = await Promise.all(hosts.all.map((host) => hosts.startAgent(host)));
    expect(await startLoad(100, 0).ended()).toBe(0);
    await hosts.endAgents(agents);
    const traces = await hosts.readTraces();
    expect(traces).toHaveLength(100);
    expect(traces.filter(isWhole)).toHaveLength(100);
    expect(wrongLinks(traces)).toEqual([]);
    expect(new Set(traces.flatMap(({ spans }) => spans.map(requestOf))).size).toBe(100);
    const places = new Set(traces.flatMap(({ spans }) => spans.map(({ host, service }) => `${host} ${service}`)));
    expect([...places].sort()).toEqual(['host-a front', 'host-a load', 'host-b middle', 'host-c back']);
  });

  test('with one agent killed and started again in between: pieces without their head, and no wrong link', {
    timeout: 180_000,
  }, async () => {
    const startLoad = await startServices();
    const [a, b, c] = hosts.all;
    const agents = await Promise.all([a, c].map((host) => hosts.startAgent(host)));
    const killed = await hosts.startAgent(b);
    const load = startLoad(100_000, 60);
    await sleep(9000);
    // What it had not sent yet, about five seconds, is lost with it.
    const killedAt = Date.now();
    await end(killed, 'SIGKILL');
    await sleep(500);
    agents.push(await hosts.startAgent(b));
    const startedAt = Date.now();
    // It must see links agree before it states any as a parent.
    await sleep(5000);
    load.child.stdin!.end();
    expect(await load.ended()).toBe(0);
    await hosts.endAgents(agents);
    const traces = await hosts.readTraces();
    expect(wrongLinks(traces)).toEqual([]);
    expect(traces.filter(({ spans }) => new Set(spans.map(requestOf)).size > 1)).toEqual([]);
    // What the agent of the second host would have shown is missing: what was called from there begins a trace.
    const heads = traces.flatMap(rootsOf).map(({ service, kind }) => `${service} ${kind}`);
    const allowed = ['load client', 'middle client', 'back server'];
    expect(heads.filter((head) => !allowed.includes(head))).toEqual([]);
    expect(heads.filter((head) => head === 'load client')).toHaveLength(Number(load.lines[1]));
    expect(heads.filter((head) => head === 'back server').length).toBeGreaterThan(20);
    const whole = traces.filter(isWhole).map(({ spans }) => Number(spans[0].start) / 1e6);
    expect(whole.some((start) => start < killedAt)).toBe(true);
    expect(whole.some((start) => start > killedAt && start < startedAt - 500)).toBe(false);
    expect(whole.some((start) => start > startedAt)).toBe(true);
  });

  test('where an agent cannot show that its identities are right, its spans have no parents, and it says so', {
    timeout: 180_000,
  }, async () => {
    const startLoad = await startServices();
    const [, , c] = hosts.all;
    execFileSync('ip', ['-n', c.netns, 'link', 'set', 'lo', 'down']);
    const agents = await Promise.all(hosts.all.map((host) => hosts.startAgent(host)));
    expect(await startLoad(10, 0).ended()).toBe(0);
    expect(await hosts.doctor(c)).toMatch(/self-test: SONDE_AGENT_IDENTITY: .* over loopback/);
    await hosts.endAgents(agents);
    const traces = await hosts.readTraces();
    const alone = traces.filter(({ spans }) => spans.length === 1).flatMap(({ spans }) => spans);
    expect(alone.map(({ host, service, parentSpanId }) => `${host} ${service} ${parentSpanId}`)).toEqual(
      Array.from({ length: 90 }, () => 'host-c back '),
    );
    expect(traces.filter(({ spans }) => spans.length > 1).map(({ spans }) => spans.length)).toEqual(
      Array.from({ length: 10 }, () => SPANS - 9),
    );
    expect(wrongLinks(traces)).toEqual([]);
  });
});
