import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { metricsOf, postMetrics } from './test-server.ts';

const SERVER = fileURLToPath(new URL('./test-server-process.ts', import.meta.url));

let path: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'sonde-durability-'));
});
afterEach(async () => {
  await kill();
  rmSync(path, { recursive: true, force: true });
});

async function start(): Promise<{ url: string; intakeUrl: string }> {
  child = spawn(process.execPath, [SERVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout!), 'line');
  return JSON.parse(line);
}

async function kill(): Promise<void> {
  if (child === null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  child = null;
}

/** All exchanges of the test fall into this bucket. */
const time = Math.floor(Date.now() / 10_000) * 10;
const countOf = (sequence: number) => 1 + (sequence % 7);

async function send(intakeUrl: string, sequence: number): Promise<boolean> {
  const data = metricsOf({
    resource: { [ATTR.serviceName]: 'shop' },
    side: 'server',
    time,
    count: countOf(sequence),
    bin: -287,
    seconds: countOf(sequence) * 0.002,
    attributes: { [ATTR.target]: `/batch/${sequence}` },
  });
  try {
    const response = await postMetrics(intakeUrl, data, { 'x-sonde-batch': `agent/${sequence}` });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

test('SIGKILL under load: all that was acknowledged is there, and nothing twice', async () => {
  const acknowledged = new Set<number>();
  let pending: number[] = [];
  let next = 1;
  for (let round = 0; round < 5; round++) {
    const { intakeUrl } = await start();
    let down = false;
    const sender = async () => {
      while (!down) {
        const sequence = pending.shift() ?? next++;
        if (await send(intakeUrl, sequence)) acknowledged.add(sequence);
        else pending.push(sequence);
      }
    };
    const senders = Promise.all(Array.from({ length: 8 }, sender));
    await sleep(300 + round * 97);
    // On a busy machine it lasts until there is something to lose.
    while (acknowledged.size <= 12 * (round + 1)) await sleep(50);
    down = true;
    await kill();
    await senders;
    pending = [...new Set(pending)];
  }
  expect(acknowledged.size).toBeGreaterThan(60);

  const { url, intakeUrl } = await start();
  const api = createClient(url);
  const endpoints = async (width: number) => {
    const from = Math.floor(time / width) * width;
    const answer = await api.endpoints({ name: 'shop', from: from * 1000, to: (from + width) * 1000 });
    return new Map(answer.endpoints.map(({ target, requests }) => [target, requests]));
  };
  const lost = async (width: number) => {
    const stored = await endpoints(width);
    return [...acknowledged].filter((sequence) => stored.get(`/batch/${sequence}`) !== countOf(sequence));
  };
  for (const width of [10, 60, 3600]) expect(await lost(width)).toEqual([]);

  for (const sequence of pending) expect(await send(intakeUrl, sequence)).toBe(true);
  for (const sequence of [...acknowledged].slice(-20)) expect(await send(intakeUrl, sequence)).toBe(true);
  const all = new Map([...acknowledged, ...pending].map((sequence) => [`/batch/${sequence}`, countOf(sequence)]));
  for (const width of [10, 60, 3600]) expect(await endpoints(width)).toEqual(all);
});
