import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadedPrograms } from '@sonde/libbpf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureSkipReason, Sandbox } from '../capture/sandbox.ts';
import { descendants, isRunning, observes, programsOf } from './processes.ts';

const SONDE = join(import.meta.dirname, '../../sonde');
const reason = captureSkipReason();

/** Programs of this list that are in the kernel. */
const stillLoaded = (programs: readonly number[]) => loadedPrograms().filter(({ id }) => programs.includes(id));

describe.skipIf(reason !== '')(`an agent that ends ${reason}`, () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox();
  });
  afterAll(() => sandbox[Symbol.asyncDispose]());

  /** Waits until its probes are in the kernel. */
  async function start(...words: string[]) {
    const spool = join(sandbox.folder, 'spool');
    const child = spawn(SONDE, [...words, '--cgroup', sandbox.cgroup], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SONDE_AGENT_SPOOL_PATH: spool },
    });
    const pid = child.pid!;
    const processes = () => [pid, ...descendants(pid)];
    await expect.poll(() => observes(processes(), spool), { interval: 100 }).toBe(true);
    return { child, processes: processes(), programs: processes().flatMap(programsOf) };
  }

  const up = [
    'up',
    '--server-log-level',
    'warn',
    '--server-port',
    '0',
    '--server-intake-port',
    '0',
    '--server-intake-grpc-port',
    '0',
    '--server-store-path',
  ];

  test.each(['SIGKILL', 'SIGTERM'] as const)('of %s leaves no probe', async (signal) => {
    const { child, programs } = await start('agent');
    expect(stillLoaded(programs).length).toBeGreaterThan(3);
    const exit = once(child, 'exit');
    child.kill(signal);
    expect(await exit).toEqual(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null]);
    await expect.poll(() => stillLoaded(programs), { timeout: 2000 }).toEqual([]);
  });

  test('does so too when the process that started it is killed', async () => {
    const { child, processes, programs } = await start(...up, join(sandbox.folder, 'store'));
    expect(processes.length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await expect.poll(() => processes.filter(isRunning)).toEqual([]);
    await expect.poll(() => stillLoaded(programs), { timeout: 2000 }).toEqual([]);
  });
});
