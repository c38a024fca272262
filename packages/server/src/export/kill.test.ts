import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@sonde/api';
import { encodeTraces } from '@sonde/otlp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer } from '../test-server.ts';
import { dataOf, nameOf, rowOf, SDK_TRACE, STORY, salted, TREE } from '../test-story.ts';
import { faultsOf, TestReceiver } from './test-receiver.ts';

const PROGRAM = fileURLToPath(new URL('../test-server-process.ts', import.meta.url));
const START = Date.now() - 60_000;

let path: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'sonde-export-kill-'));
});
afterEach(async () => {
  await kill();
  rmSync(path, { recursive: true, force: true });
});

/** A server in a process of its own; resolves to the address of its intake. */
async function start(url: string): Promise<string> {
  const config = {
    exports: [{ name: 'next', url, signals: ['traces'] }],
    linker: { grace: 100 },
    sampling: { wait: 300 },
  };
  child = spawn(process.execPath, [PROGRAM, path, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code, signal]) => Promise.reject(new Error(`it ended: ${code} ${signal}`)));
  ended.catch(() => {});
  const [line] = await Promise.race([once(createInterface(child.stdout!), 'line'), ended]);
  return JSON.parse(line).intakeUrl;
}

async function kill(): Promise<void> {
  if (child === null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  child = null;
}

async function send(intakeUrl: string, salt: number): Promise<void> {
  const rows = STORY.map((span) => rowOf(span, START));
  const body = encodeTraces(dataOf(rows, salt)) as Uint8Array<ArrayBuffer>;
  const headers = { 'content-type': 'application/x-protobuf', 'x-sonde-batch': `agent/${salt}` };
  expect((await fetch(`${intakeUrl}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
}

test('SIGKILL while it sends: nothing is lost, nothing is sent twice', async () => {
  await using receiver = new TestReceiver();
  await receiver.start();
  let salt = 0;
  for (let round = 0; round < 2; round++) {
    const intakeUrl = await start(receiver.url);
    for (let i = 0; i < 7; i++) {
      await send(intakeUrl, ++salt);
      await sleep(100 + 40 * round);
    }
    if (round === 1) await receiver.stop();
    await sleep(300 * round);
    await kill();
    if (round === 1) await receiver.start();
  }
  await start(receiver.url);
  await expect.poll(() => receiver.spans.length, { interval: 100 }).toBeGreaterThanOrEqual(salt * STORY.length);
  await sleep(1000);
  expect(receiver.spans).toHaveLength(salt * STORY.length);
  expect(faultsOf(receiver.spans)).toEqual([]);
});

test('another Sonde shows the same traces', async () => {
  await using second = await startTestServer({ linker: { grace: 200 } });
  const intakeUrl = await start(second.intakeUrl);
  for (const salt of [1, 2]) await send(intakeUrl, salt);
  for (const salt of [1, 2]) {
    const id = salted(SDK_TRACE, salt);
    const tree = async () => {
      const { trace } = await createClient(second.url).trace({ id });
      return Object.fromEntries(trace.spans.map(({ name, parent }) => [name, nameOf(salted(parent, 0))]));
    };
    const expected = Object.fromEntries(Object.entries(TREE).map(([name, [parent]]) => [name, parent]));
    await expect.poll(() => tree().catch(() => null), { interval: 100 }).toEqual(expected);
  }
});
