import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@sonde/api';
import { loadedPrograms } from '@sonde/libbpf';
import { serverConfig, startServer } from '@sonde/server';
import { describe, expect, test } from 'vitest';
import { programsOf } from '../e2e/processes.ts';
import { observe } from './observe.ts';
import { freePort } from './ports.ts';
import { captureSkipReason, Sandbox } from './sandbox.ts';
import { REQUESTS } from './workload.ts';

const reason = captureSkipReason();
const named = (name: string) => ({ environment: { OTEL_SERVICE_NAME: name } });
/** How long the server stays away, in seconds. */
const AWAY = Number(process.env.SONDE_TEST_AWAY ?? 120);

describe.skipIf(reason !== '')(`an agent on its own ${reason}`, () => {
  test('SIGKILL leaves no probe behind, within 2 s', async () => {
    await using sandbox = new Sandbox();
    const observation = await observe(sandbox);
    const ids = new Set(programsOf(observation.agent.pid));
    const own = () => loadedPrograms().filter(({ id }) => ids.has(id));
    expect(own().map(({ name }) => name)).toContain('sock_send_lengt');
    process.kill(observation.agent.pid, 'SIGKILL');
    await expect.poll(own, { timeout: 2000 }).toEqual([]);
    await observation.sink[Symbol.asyncDispose]();
  });

  test(`the server away for ${AWAY} s: nothing is missing afterwards`, { timeout: (AWAY + 240) * 1000 }, async () => {
    await using sandbox = new Sandbox();
    const folder = mkdtempSync(join(tmpdir(), 'sonde-away-'));
    const [port, intakePort] = [await freePort(), await freePort()];
    const config = serverConfig.parse({
      port,
      intake: { port: intakePort, grpcPort: 0 },
      store: { path: folder },
      logLevel: 'silent',
    });
    const target = await sandbox.node('http-server.mjs', ['127.0.0.1', 0], named('server')).line();
    const overrides = { server: { url: `http://127.0.0.1:${intakePort}` } };
    const observation = await observe(sandbox, overrides);
    const send = async () => {
      const client = sandbox.node('http-client.mjs', ['127.0.0.1', target, JSON.stringify(REQUESTS)], named('client'));
      expect(await client.ended()).toBe(0);
    };
    const first = await startServer(config);
    await send();
    await sleep(2000);
    await first.stop();
    const until = Date.now() + AWAY * 1000;
    let rounds = 1;
    while (Date.now() < until) {
      await send();
      rounds++;
      await sleep(AWAY * 100);
    }
    const second = await startServer(config);
    await send();
    const counts = async () => {
      const { services } = await createClient(second.url).services({ from: 'now-15m' });
      return services.find(({ name }) => name === 'server')?.requests;
    };
    await expect.poll(counts, { timeout: 150_000, interval: 500 }).toBe((rounds + 1) * REQUESTS.length);
    await observation.finish();
    expect(await counts()).toBe((rounds + 1) * REQUESTS.length);
    await second.stop();
    await observation.sink[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
});
