import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { agentConfig } from '@sonde/agent/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { buildGo, goSkipReason } from '../../packages/agent/src/runtime/go.case.ts';
import { type LinkScore, scoreLinks } from './link-truth.ts';
import { startNginxProxy } from './nginx.ts';
import { observe } from './observe.ts';
import { freePort } from './ports.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';

const reason = captureSkipReason();
const REQUESTS = 500;
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });

/** Load through a service that makes three calls for each request; what became of the links inside that service. */
async function score(
  runtime: 'node' | 'python' | 'asyncio',
  mode: string,
  inFlight: number,
  runtimes: z.input<typeof agentConfig>['runtimes'] = {},
): Promise<LinkScore> {
  await using sandbox = new Sandbox();
  const back = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('back')).line();
  const dns = mode === 'lookup' ? await sandbox.python('dns_server.py', ['127.0.0.1', 0], named('names')).line() : '';
  const environment = { OTEL_SERVICE_NAME: 'proxy', DNS: dns };
  const proxy =
    runtime === 'node'
      ? sandbox.node('proxy.mjs', [back, mode], { environment })
      : sandbox.python(runtime === 'python' ? 'proxy.py' : 'proxy_asyncio.py', [back, mode], named('proxy'));
  return await scoreUnderLoad(sandbox, await proxy.line(), inFlight, 'proxy', runtimes, mode === 'http2' ? 'yes' : '');
}

async function scoreUnderLoad(
  sandbox: Sandbox,
  port: string,
  inFlight: number,
  service: string,
  runtimes?: z.input<typeof agentConfig>['runtimes'],
  http2 = '',
): Promise<LinkScore> {
  const observation = await observe(sandbox, { runtimes });
  const environment = { OTEL_SERVICE_NAME: 'load', HTTP2: http2 };
  const load = sandbox.node('load.mjs', [port, REQUESTS, inFlight], { environment });
  expect(await load.ended()).toBe(0);
  expect(Number(load.lines[0])).toBeGreaterThan(inFlight * 0.7);
  await using sink = await observation.finish();
  expect(sink.total('sonde.agent.dropped')).toBe(0);
  return scoreLinks(sink.spans, service);
}

describe.skipIf(reason !== '')(`calls belong to the requests they were made for ${reason}`, () => {
  test.each([
    ['node', 'chain', 1],
    ['node', 'chain', 50],
    ['node', 'fan-out', 50],
    ['node', 'new', 50],
    ['node', 'hang-up', 50],
    ['python', 'chain', 50],
  ] as const)('%s, %s, %i in flight: all of them, and no other', async (runtime, mode, inFlight) => {
    expect(await score(runtime, mode, inFlight)).toMatchObject({
      calls: 3 * REQUESTS,
      requests: REQUESTS,
      precision: 1,
      recall: 1,
      exact: REQUESTS,
    });
  });

  test('nginx over kept connections, 50 in flight: all of them, and no other', async () => {
    await using sandbox = new Sandbox();
    const back = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('back')).line();
    const port = await freePort();
    await startNginxProxy(sandbox, port, back);
    expect(await scoreUnderLoad(sandbox, String(port), 50, 'nginx')).toMatchObject({
      calls: REQUESTS,
      requests: REQUESTS,
      precision: 1,
      recall: 1,
    });
  });

  test('node, HTTP/2, one in flight: requests behind other frames, responses put off', async () => {
    const { calls, requests, precision, recall } = await score('node', 'http2', 1);
    expect([calls, requests]).toEqual([3 * REQUESTS, REQUESTS]);
    expect(precision).toBe(1);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  const goFolder = mkdtempSync(join(tmpdir(), 'sonde-go-'));
  let goProgram = '';
  beforeAll(() => {
    if (goSkipReason === '') goProgram = buildGo(join(import.meta.dirname, 'programs/proxy.go'), goFolder);
  });
  afterAll(() => rmSync(goFolder, { recursive: true, force: true }));

  test.skipIf(goSkipReason !== '').each(['chain', 'fan-out', 'new'])(
    `go, %s, 50 in flight: by the goroutines ${goSkipReason}`,
    async (mode) => {
      await using sandbox = new Sandbox();
      const back = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('back')).line();
      const proxy = sandbox.run([goProgram, back, mode], named('proxy'));
      const { calls, requests, precision, recall } = await scoreUnderLoad(sandbox, await proxy.line(), 50, 'proxy');
      expect([calls, requests]).toEqual([3 * REQUESTS, REQUESTS]);
      expect(precision).toBeGreaterThanOrEqual(0.995);
      expect(recall).toBeGreaterThanOrEqual(0.995);
    },
  );

  test('node, names looked up before each call, one in flight: through DNS and on', async () => {
    const { calls, precision, recall } = await score('node', 'lookup', 1);
    expect(calls).toBe(6 * REQUESTS);
    expect(precision).toBe(1);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  });

  test.each(['chain', 'gather', 'thread'])('asyncio, %s, 50 in flight: by the tasks of the runtime', async (mode) => {
    const { calls, precision, recall } = await score('asyncio', mode, 50);
    expect(calls).toBe(3 * REQUESTS);
    expect(precision).toBeGreaterThanOrEqual(0.995);
    expect(recall).toBeGreaterThanOrEqual(0.995);
  });

  test('asyncio, tasks not told apart, 50 in flight: hardly any link, and no wrong ones', async () => {
    const { calls, linked, right } = await score('asyncio', 'chain', 50, { cpython: { enabled: false } });
    expect(calls).toBe(3 * REQUESTS);
    expect(linked - right).toBeLessThanOrEqual(calls * 0.005);
  });

  test.each(['pool', 'timer'])('node, %s, 50 in flight: by the order in which they wait in line', async (mode) => {
    const { calls, precision, recall } = await score('node', mode, 50);
    expect(calls).toBe(3 * REQUESTS);
    expect(precision).toBeGreaterThanOrEqual(0.999);
    expect(recall).toBeGreaterThanOrEqual(0.8);
  });

  test('node, lookup, 50 in flight: what cannot be known is not said', async () => {
    const { calls, precision } = await score('node', 'lookup', 50);
    expect(calls).toBe(6 * REQUESTS);
    expect(precision).toBeGreaterThanOrEqual(0.99);
  });
});
