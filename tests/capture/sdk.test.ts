import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type TraceDetail } from '@sonde/api';
import { type SondeServer, serverConfig, startServer } from '@sonde/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observe } from './observe.ts';
import { captureSkipReason, type Program, Sandbox } from './sandbox.ts';

const reason = captureSkipReason();
const REQUESTS = 23;
const AT_ONCE = 5;

/** What each request must become: who saw the span, kind and service, from the root down. */
const CHAIN = [
  'kernel server front',
  'application server front',
  'application client front',
  'kernel client front',
  'kernel server back',
  'application server back',
];

describe.skipIf(reason !== '')(`two services that trace themselves, and an agent ${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-sdk-'));
  let server: SondeServer;
  let traces: TraceDetail[] = [];

  beforeAll(async () => {
    await using sandbox = new Sandbox();
    server = await startServer(
      serverConfig.parse({ port: 0, intake: { port: 0, grpcPort: 0 }, store: { path: folder }, logLevel: 'error' }),
    );
    const traced = (name: string, next: readonly string[] = []) =>
      sandbox.node('traced.mjs', [name, 0, server.intakeUrl, ...next], { environment: { OTEL_SERVICE_NAME: name } });
    const back = traced('back');
    const front = traced('front', [`http://127.0.0.1:${await back.line()}`]);
    const url = `http://127.0.0.1:${await front.line()}`;
    const observation = await observe(sandbox, {}, server.intakeUrl);
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, REQUESTS - sent) }, (_, i) => fetch(`${url}/r${sent + i}`));
      for (const response of await Promise.all(batch)) expect(await response.text()).toBe('ok\n');
    }
    const sink = await observation.finish();
    await sink[Symbol.asyncDispose]();
    const flush = async (program: Program) => {
      program.child.stdin!.write('flush\n');
      return Number(await program.line(2));
    };
    expect([await flush(front), await flush(back)]).toEqual([2 * REQUESTS, REQUESTS]);
    const client = createClient(server.url);
    const found = async () => (await client.traces({ from: 'now-5m', service: 'front', text: 'front calls' })).traces;
    const isWhole = async () => (await found()).filter(({ spans }) => spans === CHAIN.length).length === REQUESTS;
    for (const deadline = Date.now() + 15_000; !(await isWhole()) && Date.now() < deadline; ) await sleep(200);
    traces = await Promise.all((await found()).map(async ({ id }) => (await client.trace({ id })).trace));
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every request is one trace with each span once, application and kernel in turn', () => {
    const chains = traces.map(({ spans }) => {
      const chain: string[] = [];
      for (let at = spans.find(({ parent }) => parent === ''); at !== undefined; ) {
        chain.push(`${at.source} ${at.kind} ${at.service}`);
        const { id } = at;
        at = spans.find(({ parent }) => parent === id);
      }
      return chain;
    });
    expect(chains).toEqual(Array(REQUESTS).fill(CHAIN));
  });

  test('of one request each, by path', () => {
    const paths = traces.map(({ spans }) => [...new Set(spans.map(({ attributes }) => attributes['url.path']))]);
    const expected = Array.from({ length: REQUESTS }, (_, i) => [`/r${i}`]).sort();
    expect(paths.map((each) => each.filter((path) => path !== undefined)).sort()).toEqual(expected);
  });
});
