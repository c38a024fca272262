import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@sonde/api';
import { ATTR, binOf } from '@sonde/model';
import { expect, test, vi } from 'vitest';
import { metricsOf, postMetrics } from '../test-server.ts';

const SERVER = fileURLToPath(new URL('../test-server-process.ts', import.meta.url));
const SERVICES = 10;
const KILLS = 5;

async function start(path: string, channel: string): Promise<{ child: ChildProcess; url: string }> {
  const alerts = JSON.stringify({ alerts: { interval: 1, channels: [channel] } });
  const child = spawn(process.execPath, [SERVER, path, alerts], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout!), 'line');
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/**
 * A kill between a receiver's answer and the record of it cannot be told from one before the answer: that notification
 * comes a second time, under the same key. At every other moment it comes once.
 */
test('SIGKILL while alerts fire: every one is told, under one key, twice at most where the kill fell between', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sonde-exactly-once-'));
  const keys: string[] = [];
  const receiver = createServer(async (request, response) => {
    for await (const _ of request);
    keys.push(String(request.headers['idempotency-key']));
    await sleep(30);
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const channel = `webhook:hook=http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  let { child, url } = await start(path, channel);
  try {
    const body = { name: 'Errors', metric: 'error_rate', threshold: 0.1, for: 0, minRequests: 1 } as const;
    for (const { id } of (await createClient(url).alertRules({})).rules)
      await createClient(url).deleteAlertRule({ id });
    const time = Math.floor(Date.now() / 10_000) * 10 - 60;
    const failed = Array.from({ length: SERVICES }, (_, i) => ({
      resource: { [ATTR.serviceName]: `service-${i}` },
      side: 'server' as const,
      time,
      count: 3,
      bin: binOf(2e6),
      seconds: 0.006,
      attributes: { [ATTR.status]: '500', [ATTR.errorType]: '500' },
    }));
    expect((await postMetrics(url, metricsOf(...failed))).status).toBe(200);
    await createClient(url).putAlertRule({ id: 'errors', body });
    await vi.waitFor(() => expect(keys.length).toBeGreaterThan(0), { timeout: 30_000, interval: 5 });
    for (let i = 0; i < KILLS; i++) {
      await sleep(17 * i);
      await kill(child);
      ({ child, url } = await start(path, channel));
    }
    await vi.waitFor(() => expect(new Set(keys).size).toBe(SERVICES), { timeout: 30_000 });
    await sleep(2500);
    const { alerts } = await createClient(url).alerts({ from: 'now-1h' });
    expect(alerts.map(({ service }) => service).sort()).toEqual(
      failed.map(({ resource }) => resource[ATTR.serviceName]).sort(),
    );
    expect(new Set(keys)).toEqual(new Set(alerts.map(({ id }) => `${id}/firing`)));
    expect(alerts.every(({ notified }) => notified.length === 1)).toBe(true);
    expect(keys.length - SERVICES).toBeLessThanOrEqual(KILLS);
  } finally {
    await kill(child);
    await new Promise((resolve) => receiver.close(resolve));
    rmSync(path, { recursive: true, force: true });
  }
});
