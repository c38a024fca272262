import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Launch {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** TCP port of 127.0.0.1 that listens when the service is ready; 0 where there is none. */
  readonly port: number;
}

export interface Launched {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
}

/** Starts a process that is in its cgroup before its first instruction, in a session of its own. */
export function launch({ name, command, environment }: Launch, cgroup: string, logs: string): Launched {
  const log = openSync(join(logs, `${name}.log`), 'a');
  const enter = 'echo 0 >"$0" && exec "$@"';
  const child = spawn('/bin/sh', ['-c', enter, join(cgroup, 'cgroup.procs'), ...command], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environment },
  });
  closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  return { pid: child.pid ?? 0, child, exited };
}

/**
 * Waits until `test` holds.
 * @throws Error with the end of the log when the process exits first or the time is over.
 */
export async function waitReady(
  { name }: Launch,
  { child }: Launched,
  logs: string,
  test: () => Promise<boolean> | boolean,
  timeout = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await test())) {
    const gone = child.exitCode !== null || child.signalCode !== null;
    if (gone || Date.now() > deadline) {
      const log = readFileSync(join(logs, `${name}.log`), 'utf8').slice(-2000);
      throw new Error(`${name} ${gone ? 'exited before it was ready' : `was not ready in ${timeout} ms`}\n${log}`);
    }
    await sleep(20);
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
