import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ProcessTable } from './process-table.ts';

let directory: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sonde-process-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
});
afterAll(() => rmSync(directory, { recursive: true }));

function end(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  return ended;
}

/** Starts a real process and waits until it says that it runs. */
async function start(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<ChildProcess & { pid: number }> {
  const child = spawn(program, args, {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', HOME: directory, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return child as ChildProcess & { pid: number };
}

function script(path: string, content: string): string {
  const full = join(directory, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content);
  return full;
}

const NODE_WAITS = `console.log('up'); process.stdin.resume();`;

describe('a real process', () => {
  test('in Node', async () => {
    const child = await start(process.execPath, [script('orders/server.js', NODE_WAITS), '--password', 'hunter2']);
    const identity = new ProcessTable({ hostName: 'here' }).resolve(child.pid);
    expect(identity).toMatchObject({
      kind: 'process',
      pid: child.pid,
      executable: process.execPath,
      commandLine: `${process.execPath} ${join(directory, 'orders/server.js')} --password [redacted]`,
      hostName: 'here',
      instanceId: `here:${child.pid}`,
    });
    expect(identity.startTime).toBeGreaterThan(0);
    expect(identity.cgroupPath).toMatch(/^\//);
    if (identity.containerId === '') {
      expect(identity).toMatchObject({ serviceName: 'orders', serviceNameSource: 'script' });
    }
  });

  test('in Python', async () => {
    const child = await start('python3', [
      script('catalog.py', `import sys\nprint('up', flush=True)\nsys.stdin.read()`),
    ]);
    const identity = new ProcessTable().resolve(child.pid);
    expect(identity.executable).toMatch(/python/);
    if (identity.containerId === '') expect(identity.serviceName).toBe('catalog');
  });

  test('that was told its name', async () => {
    const child = await start(process.execPath, ['-e', NODE_WAITS], {
      OTEL_SERVICE_NAME: 'told',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=seven',
    });
    expect(new ProcessTable().resolve(child.pid)).toMatchObject({
      serviceName: 'told',
      serviceNameSource: 'otel',
      instanceId: 'seven',
    });
  });

  test('and its workers are one instance', async () => {
    const path = script(
      'pool.js',
      `
      const { spawn } = require('node:child_process');
      if (process.argv[2] === 'worker') process.stdin.resume();
      else {
        const worker = spawn(process.execPath, [__filename, 'worker'], { stdio: 'pipe' });
        process.stdin.on('end', () => process.exit()).resume();
        console.log(worker.pid);
      }`,
    );
    const child = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const worker = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
    const table = new ProcessTable();
    expect(table.resolve(worker).instanceId).toBe(table.resolve(child.pid ?? 0).instanceId);
    expect(table.resolve(worker).pid).toBe(worker);
  });

  test('that runs another program after exec', async () => {
    const child = await start('sh', ['-c', `echo up; read line; exec sleep 60`]);
    const table = new ProcessTable();
    expect(table.resolve(child.pid).executable).toMatch(/sh$/);
    child.stdin?.write('go\n');
    await vi.waitFor(() => expect(new ProcessTable().resolve(child.pid).commandLine).toBe('sleep 60'));
    expect(table.resolve(child.pid).executable).toMatch(/sh$/);
    table.exec(child.pid);
    expect(table.resolve(child.pid).commandLine).toBe('sleep 60');
  });

  test('is remembered for a while after its end', async () => {
    let now = 0;
    const child = await start(process.execPath, ['-e', NODE_WAITS], { OTEL_SERVICE_NAME: 'brief' });
    const table = new ProcessTable({ now: () => now, keepExited: 30_000 });
    table.resolve(child.pid);
    await end(child);
    table.exit(child.pid);
    for (now of [10, 5_000, 29_000]) expect(table.resolve(child.pid).serviceName).toBe('brief');
    expect(table.stats().vanished).toBe(0);
    const before = table.stats().size;
    now = 31_000;
    table.sweep();
    expect(table.stats().size).toBe(before - 1);
    expect(table.resolve(child.pid).serviceName).toBe('unknown');
  });

  test('is remembered for a while even if nobody reported its end', async () => {
    let now = 0;
    const child = await start(process.execPath, ['-e', NODE_WAITS], { OTEL_SERVICE_NAME: 'brief' });
    const table = new ProcessTable({ now: () => now, recheck: 10_000, keepExited: 30_000 });
    table.resolve(child.pid);
    await end(child);
    now = 10_000;
    expect(table.resolve(child.pid).serviceName).toBe('brief');
    now = 39_000;
    expect(table.resolve(child.pid).serviceName).toBe('brief');
    now = 41_000;
    expect(table.resolve(child.pid).serviceName).toBe('unknown');
  });
});

describe('a process file system of our own', () => {
  /** Writes what `resolve` reads of a process. */
  function fake(pid: number, startTime: number, name: string, parent = 1): void {
    const fields = ['S', parent, ...Array<number>(17).fill(0), startTime, 0];
    script(`proc/${pid}/stat`, `${pid} (a) b) ${fields.join(' ')}`);
    rmSync(join(directory, `proc/${pid}/exe`), { force: true });
    symlinkSync(`/bin/${name}`, join(directory, `proc/${pid}/exe`));
    script(`proc/${pid}/cmdline`, `/bin/${name}\0--x\0`);
    script(`proc/${pid}/environ`, `OTEL_SERVICE_NAME=${name}\0SECRET=hunter2\0`);
    script(`proc/${pid}/cgroup`, '0::/system.slice/x.service\n');
  }

  test('a pid that was given to another process', () => {
    let now = 0;
    fake(7, 100, 'first');
    const table = new ProcessTable({ proc: join(directory, 'proc'), now: () => now, recheck: 10_000 });
    expect(table.resolve(7)).toMatchObject({ serviceName: 'first', startTime: 100 });
    fake(7, 200, 'second');
    now = 9_999;
    expect(table.resolve(7).serviceName).toBe('first');
    now = 10_000;
    expect(table.resolve(7)).toMatchObject({ serviceName: 'second', startTime: 200 });
  });

  test('a pid that was given to another process soon after the exit of the first', () => {
    let now = 0;
    fake(8, 100, 'first');
    const table = new ProcessTable({ proc: join(directory, 'proc'), now: () => now });
    table.resolve(8);
    table.exit(8);
    fake(8, 200, 'second');
    now = 2_000;
    expect(table.resolve(8).serviceName).toBe('second');
  });

  test('a process that vanished is unknown and counted once, until its pid is in use', () => {
    let now = 0;
    const table = new ProcessTable({ proc: join(directory, 'proc'), hostName: 'here', now: () => now });
    for (now of [0, 500, 1_500]) {
      expect(table.resolve(999)).toMatchObject({ serviceName: 'unknown', instanceId: 'here:999', startTime: -1 });
    }
    expect(table.stats()).toEqual({ size: 1, vanished: 1 });
    fake(999, 5, 'late');
    now = 3_000;
    expect(table.resolve(999).serviceName).toBe('late');
  });

  test('a table never grows past its limit', () => {
    for (let pid = 1_000; pid < 1_050; pid++) fake(pid, pid, `p${pid}`);
    const table = new ProcessTable({ proc: join(directory, 'proc'), maxProcesses: 10 });
    for (let pid = 1_000; pid < 1_050; pid++) expect(table.resolve(pid).serviceName).toBe(`p${pid}`);
    expect(table.stats().size).toBe(10);
  });

  test('parents in a circle', () => {
    for (const [pid, parent] of [
      [20, 21],
      [21, 20],
    ]) {
      fake(pid, pid, 'loop', parent);
    }
    const table = new ProcessTable({ proc: join(directory, 'proc'), hostName: 'here' });
    expect(table.resolve(20).instanceId).toMatch(/^here:2[01]$/);
    expect(table.stats().size).toBe(2);
  });

  test('files that make no sense', () => {
    for (const [pid, stat] of [
      [30, ''],
      [31, '31 (x'],
      [32, '32 (x) S 1'],
      [33, '\0\0\0'],
    ] as const) {
      script(`proc/${pid}/stat`, stat);
      expect(new ProcessTable({ proc: join(directory, 'proc') }).resolve(pid).serviceName).toBe('unknown');
    }
  });
});
