import fs from 'node:fs';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildObject, skipReason, temporaryFolder } from '../testdata/build.ts';
import { type Feature, type FeatureName, probeFeatures } from './features/features.ts';
import { type BpfObject, openObject } from './object.ts';
import { enableStats } from './stats.ts';

const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

describe.skipIf(skipReason !== '')(`program ${skipReason}`, () => {
  const folder = temporaryFolder();
  const features = skipReason === '' ? probeFeatures() : [];
  let path: string;
  beforeAll(() => {
    path = buildObject('basic', folder.path);
  });
  afterAll(() => folder[Symbol.dispose]());

  /** The programs that count count this process only. */
  function openFor(program: string): BpfObject {
    const object = openObject(path);
    object.variable('observed_pid').setUint32(0, process.pid, true);
    object.program(program).setAutoload(true);
    return object.load();
  }

  const events = (object: BpfObject) => object.variable('events').getBigUint64(0, true);
  const feature = (name: FeatureName): Feature => features.find((feature) => feature.name === name)!;

  test('time and count of runs, while they are measured', () => {
    using object = openObject(path);
    object.load();
    const program = object.program('multiply');
    {
      using _ = enableStats();
      for (let run = 0; run < 23; run++) program.testRun({ context: words(run) });
    }
    const stats = program.stats();
    expect(stats.runCount).toBe(23n);
    expect(stats.runTimeNs).toBeGreaterThan(0n);
    expect(stats.missed).toBe(0n);
  });

  test('an iterator walks over the given map, as often as it is run', () => {
    using object = openObject(path);
    object.load();
    const map = object.map('squares');
    for (const key of [1, 2, 3]) map.update(words(key), words(key * key, 0));
    using link = object.program('dump').attachIterator(map);
    const found: bigint[] = [];
    const read = (bytes: Uint8Array) => found.push(...new BigUint64Array(bytes.slice().buffer));
    expect(link.run(read)).toBe(24);
    expect(found.sort()).toEqual([1n, 4n, 9n]);
    map.delete(words(2));
    expect(link.run()).toBe(16);
    link.destroy();
    expect(() => link.run()).toThrow(expect.objectContaining({ code: 'SONDE_BPF_CLOSED' }));
  });

  test('an iterator over a map needs one', () => {
    using object = openObject(path);
    object.load();
    expect(() => object.program('dump').attachIterator()).toThrow(
      expect.objectContaining({ code: 'SONDE_BPF_ATTACH' }),
    );
  });

  test('an iterator over more than one read holds', () => {
    using object = openObject(path);
    object.map('squares').setMaxEntries(40_000);
    object.load();
    const map = object.map('squares');
    for (let key = 0; key < 20_000; key++) map.update(words(key), words(key, 0));
    using link = object.program('dump').attachIterator(map);
    expect(link.run()).toBe(160_000);
  });

  test('a tracepoint is on between attach and destroy', async (context) => {
    context.skip(!feature('tp_btf').available, feature('tp_btf').detail);
    using object = openFor('on_state');
    const link = object.program('on_state').attach();
    expect(link.fd).toBeGreaterThan(0);
    await openConnection();
    const seen = events(object);
    expect(seen).toBeGreaterThan(0n);
    link.destroy();
    await openConnection();
    expect(events(object)).toBe(seen);
  });

  test('closing the object detaches', async (context) => {
    context.skip(!feature('tp_btf').available, feature('tp_btf').detail);
    const object = openFor('on_state');
    const link = object.program('on_state').attach();
    const { fd } = link;
    object.close();
    expect(() => fs.readlinkSync(`/proc/self/fd/${fd}`)).toThrow();
    expect(() => link.fd).toThrow(expect.objectContaining({ code: 'SONDE_BPF_CLOSED' }));
  });

  test('a uprobe on a function of this process', (context) => {
    context.skip(!feature('uprobe').available, feature('uprobe').detail);
    using object = openFor('on_call');
    const libc = /\/\S*\/libc\.so\.6$/m.exec(fs.readFileSync('/proc/self/maps', 'utf8'))![0];
    const program = object.program('on_call');
    const link = program.attachUprobe({ pid: process.pid, binary: libc, symbol: 'getppid' });
    for (let call = 0; call < 5; call++) void process.ppid;
    expect(events(object)).toBe(5n);
    link.destroy();
    void process.ppid;
    expect(events(object)).toBe(5n);
    expect(() => program.attachUprobe({ pid: process.pid, binary: libc, symbol: 'sonde_nothing' })).toThrow(
      expect.objectContaining({ code: 'SONDE_BPF_ATTACH', log: expect.stringContaining('sonde_nothing') }),
    );
  });

  test('a uprobe is put in and taken out again beside other work', async (context) => {
    context.skip(!feature('uprobe').available, feature('uprobe').detail);
    using object = openFor('on_call');
    const libc = /\/\S*\/libc\.so\.6$/m.exec(fs.readFileSync('/proc/self/maps', 'utf8'))![0];
    const program = object.program('on_call');
    const target = { pid: process.pid, binary: libc };
    const link = await program.attachUprobeBeside({ ...target, symbol: 'getppid' });
    void process.ppid;
    expect(events(object)).toBe(1n);
    await expect(program.attachUprobeBeside({ ...target, symbol: 'sonde_nothing' })).rejects.toMatchObject({
      code: 'SONDE_BPF_ATTACH',
      log: expect.stringContaining('sonde_nothing'),
    });
    await link[Symbol.asyncDispose]();
    void process.ppid;
    expect(events(object)).toBe(1n);
    await link[Symbol.asyncDispose]();
    link.destroy();
  });

  test('a kprobe on a function of the kernel', async (context) => {
    context.skip(!feature('kprobe').available, feature('kprobe').detail);
    using object = openFor('on_kernel_call');
    using _ = object.program('on_kernel_call').attachKprobe('tcp_connect');
    await openConnection();
    expect(events(object)).toBe(1n);
  });

  test('fexit on a function of the kernel', async (context) => {
    context.skip(!feature('fexit').available, feature('fexit').detail);
    using object = openFor('on_return');
    using _ = object.program('on_return').attach();
    await openConnection();
    expect(events(object)).toBe(1n);
  });

  test('a program that is not loaded cannot be attached', () => {
    using object = openObject(path);
    object.load();
    expect(() => object.program('on_state').attach()).toThrow(/on_state is not loaded/);
  });
});

async function openConnection(): Promise<void> {
  const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1').resume();
  await new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => server.close(resolve));
}
