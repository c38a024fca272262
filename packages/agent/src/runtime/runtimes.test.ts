import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

  attachProbe(pid: number, { binary }: { binary: string }): Disposable {
    if (this.refuses) throw new BpfError('SONDE_BPF_ATTACH', binary);
    this.uprobes.set(pid, binary);
    return { [Symbol.dispose]: () => void this.uprobes.delete(pid) };
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

  test('are made known once, with a uprobe in their own process', () => {
    for (const pid of [1, 2, 3, 1]) runtimes.connected(pid);
    expect([...kernel.set]).toEqual([1]);
    expect([...kernel.uprobes]).toEqual([[1, `${proc.folder}/1/root/usr/bin/python3.11`]]);
    expect(runtimes.counts()).toEqual([{ runtime: 'cpython', state: 'births', processes: 1 }]);
  });

  test('at the start only what is named like one is looked at', () => {
    runtimes.started(1);
    runtimes.started(2);
    runtimes.started(3);
    expect([...kernel.set]).toEqual([1]);
  });

  test('a fork has what its parent has, and a uprobe of its own', () => {
    runtimes.connected(1);
    runtimes.connected(2);
    runtimes.forked(10, 1);
    runtimes.forked(20, 2);
    expect([...kernel.uprobes.keys()]).toEqual([1, 10]);
  });

  test('what has ended is let go, and looked at again under the same number', () => {
    runtimes.connected(1);
    runtimes.ended(1);
    expect(kernel.uprobes.size).toBe(0);
    expect(runtimes.counts()).toEqual([]);
    runtimes.connected(1);
    expect(kernel.uprobes.size).toBe(1);
  });

  test('without uprobes tasks are told apart, but not who made them', () => {
    kernel.refuses = true;
    runtimes.connected(1);
    expect([...kernel.set]).toEqual([1]);
    expect(runtimes.counts()).toEqual([{ runtime: 'cpython', state: 'read', processes: 1 }]);
    kernel.refuses = false;
    runtimes = start({ uprobes: false });
    runtimes.connected(1);
    expect(kernel.uprobes.size).toBe(0);
    expect(runtimes.counts()).toMatchObject([{ state: 'read' }]);
  });

  test('switched off, nothing is looked at', () => {
    runtimes = start({ enabled: false });
    runtimes.started(1);
    runtimes.connected(1);
    expect(kernel.set.size).toBe(0);
  });

  test('a process over its budget is left alone, with what it forks', () => {
    runtimes = start({ birthsPerSecond: 1000 });
    runtimes.connected(1);
    runtimes.sweep();
    expect(runtimes.counts()).toMatchObject([{ state: 'births' }]);
    kernel.born = 1e9;
    runtimes.sweep();
    expect(runtimes.counts()).toMatchObject([{ state: 'over_budget' }]);
    expect(kernel.set.size + kernel.uprobes.size).toBe(0);
    runtimes.connected(1);
    runtimes.forked(10, 1);
    expect(kernel.set.size + kernel.uprobes.size).toBe(0);
  });
});
