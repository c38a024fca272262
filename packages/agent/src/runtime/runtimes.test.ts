import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { BpfError } from '@sonde/libbpf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentConfig } from '../config.ts';
import { TestProc } from '../enrich/proc.case.ts';
import type { RuntimeKernel } from './runtime.ts';
import { Runtimes } from './runtimes.ts';

/** The kernel's side in memory. */
class TestRuntimes implements RuntimeKernel {
  readonly set = new Set<number>();
  readonly uprobes = new Map<number, string>();
  refuses = false;
  born = 0;

  setRuntime(pid: number): void {
    this.set.add(pid);
  }

  removeRuntime(pid: number): void {
    this.set.delete(pid);
  }

  births(): number {
    return this.born;
  }

  async attachProbe(pid: number, { binary }: { binary: string }): Promise<AsyncDisposable> {
    if (this.refuses) throw new BpfError('SONDE_BPF_ATTACH', binary);
    this.uprobes.set(pid, binary);
    return { [Symbol.asyncDispose]: async () => void this.uprobes.delete(pid) };
  }
}

describe.skipIf(process.arch !== 'x64')('runtimes of observed processes', () => {
  let proc: TestProc;
  let kernel: TestRuntimes;
  let runtimes: Runtimes;
  const start = (cpython: object = {}) =>
    new Runtimes(kernel, agentConfig.parse({ runtimes: { cpython } }).runtimes, proc.folder);

  function run(pid: number, program: string): void {
    proc.run(pid, program);
    const files = [`/usr/bin/${program}`, '/usr/lib/x86_64-linux-gnu/libc.so.6', '[heap]'];
    const lines = files.map((file) => `400000-41f000 r-xp 00000000 fe:00 42    ${file}\n`);
    writeFileSync(join(proc.folder, String(pid), 'maps'), lines.join(''));
  }

  beforeEach(() => {
    proc = new TestProc();
    kernel = new TestRuntimes();
    runtimes = start();
    run(1, 'python3.11');
    run(2, 'node');
  });
  afterEach(() => proc[Symbol.dispose]());

  test('are made known once, with a uprobe in their own process', async () => {
    for (const pid of [1, 2, 3, 1]) runtimes.serves(pid);
    expect(runtimes.counts()).toEqual([{ runtime: 'cpython', state: 'read', processes: 1 }]);
    await turn();
    expect([...kernel.set]).toEqual([1]);
    expect([...kernel.uprobes]).toEqual([[1, `${proc.folder}/1/root/usr/bin/python3.11`]]);
    expect(runtimes.counts()).toEqual([{ runtime: 'cpython', state: 'births', processes: 1 }]);
  });

  test('at the start only what is named like one and has a socket is looked at', () => {
    run(3, 'python3.11');
    for (const pid of [1, 2]) {
      mkdirSync(join(proc.folder, String(pid), 'fd'));
      symlinkSync('socket:[4711]', join(proc.folder, String(pid), 'fd', '3'));
    }
    runtimes.running([1, 2, 3, 4]);
    expect([...kernel.set]).toEqual([1]);
  });

  test('what has ended is let go, and looked at again under the same number', async () => {
    runtimes.serves(1);
    await turn();
    runtimes.changed(1);
    expect(kernel.uprobes.size).toBe(0);
    expect(runtimes.counts()).toEqual([]);
    runtimes.serves(1);
    await turn();
    expect(kernel.uprobes.size).toBe(1);
  });

  test('what ends while its uprobe is attached has none in the end, and at the end nothing has', async () => {
    runtimes.serves(1);
    runtimes.changed(1);
    await turn();
    expect(kernel.uprobes.size).toBe(0);
    runtimes.serves(1);
    await runtimes[Symbol.asyncDispose]();
    expect(kernel.uprobes.size).toBe(0);
  });

  test('without uprobes tasks are told apart, but not who made them', async () => {
    kernel.refuses = true;
    runtimes.serves(1);
    await turn();
    expect([...kernel.set]).toEqual([1]);
    expect(runtimes.counts()).toEqual([{ runtime: 'cpython', state: 'read', processes: 1 }]);
    kernel.refuses = false;
    runtimes = start({ uprobes: false });
    runtimes.serves(1);
    await turn();
    expect(kernel.uprobes.size).toBe(0);
    expect(runtimes.counts()).toMatchObject([{ state: 'read' }]);
  });

  test('switched off, nothing is looked at', () => {
    runtimes = start({ enabled: false });
    runtimes.serves(1);
    expect(kernel.set.size).toBe(0);
  });

  test('a process over its budget is left alone', async () => {
    runtimes = start({ birthsPerSecond: 1000 });
    runtimes.serves(1);
    await turn();
    runtimes.sweep();
    expect(runtimes.counts()).toMatchObject([{ state: 'births' }]);
    kernel.born = 1e9;
    runtimes.sweep();
    expect(runtimes.counts()).toMatchObject([{ state: 'over_budget' }]);
    expect(kernel.set.size + kernel.uprobes.size).toBe(0);
    runtimes.serves(1);
    await turn();
    expect(kernel.set.size + kernel.uprobes.size).toBe(0);
  });
});
