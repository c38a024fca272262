import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildObject, skipReason, temporaryFolder } from '../testdata/build.ts';
import { openObject } from './object.ts';

const code = (code: string) => expect.objectContaining({ code });
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

describe.skipIf(skipReason !== '')(`object ${skipReason}`, () => {
  const folder = temporaryFolder();
  let path: string;
  beforeAll(() => {
    path = buildObject('basic', folder.path);
  });
  afterAll(() => folder[Symbol.dispose]());

  test('is described before it is loaded', () => {
    using object = openObject(path);
    expect(object.maps().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ring', 'squares', 'per_cpu', 'shared', 'basic.rodata', 'basic.bss']),
    );
    expect(object.program('dump')).toMatchObject({ section: 'iter/bpf_map_elem', autoload: true });
    expect(object.program('refused').autoload).toBe(false);
    expect(object.map('squares')).toBe(object.map('squares'));
    expect(() => object.map('squares').fd).toThrow(code('SONDE_BPF_ARGUMENT'));
    expect(() => object.program('dump').fd).toThrow(code('SONDE_BPF_ARGUMENT'));
  });

  test('constants are set before load and frozen after', () => {
    using object = openObject(path);
    const before = object.data('.rodata');
    expect(before.length).toBe(12);
    object.variable('factor').setBigUint64(0, 3n, true);
    object.load();
    expect(before.length).toBe(0);
    expect(object.program('multiply').testRun({ context: words(14) })).toBe(42);
    const copy = object.variable('factor');
    expect(copy.getBigUint64(0, true)).toBe(3n);
    copy.setBigUint64(0, 4n, true);
    expect(object.program('multiply').testRun({ context: words(14) })).toBe(42);
  });

  test('variables are live in both directions', () => {
    using object = openObject(path);
    object.variable('initial').setBigUint64(0, 8n, true);
    object.load();
    expect(object.variable('initial').getBigUint64(0, true)).toBe(8n);
    const runs = object.variable('runs');
    object.program('multiply').testRun({ context: words(1) });
    expect(runs.getBigUint64(0, true)).toBe(1n);
    runs.setBigUint64(0, 100n, true);
    object.program('multiply').testRun({ context: words(1) });
    expect(runs.getBigUint64(0, true)).toBe(101n);
    expect(object.variable('record').byteLength).toBe(512);
  });

  test('maps are sized before load, and not after', () => {
    using object = openObject(path);
    object.map('squares').setMaxEntries(7);
    object.map('ring').setMaxEntries(5000);
    object.load();
    expect(object.map('squares').maxEntries).toBe(7);
    expect(object.map('ring').maxEntries).toBe(8192);
    expect(() => object.map('squares').setMaxEntries(8)).toThrow(code('SONDE_BPF_ARGUMENT'));
  });

  test('a refused program is named, with a summary and the whole log', () => {
    using object = openObject(path);
    object.program('refused').setAutoload(true);
    expect(() => object.load()).toThrow(
      expect.objectContaining({
        name: 'VerifierError',
        code: 'SONDE_BPF_VERIFIER',
        program: 'refused',
        summary: expect.stringMatching(/^R0 invalid mem access '(scalar|inv)' at \d+: r0 = .* in `return \*nowhere;/),
        log: expect.stringContaining('processed'),
      }),
    );
  });

  test('a tracepoint that this kernel lacks is named', () => {
    using object = openObject(path);
    object.program('missing').setAutoload(true);
    expect(() => object.load()).toThrow(
      expect.objectContaining({
        code: 'SONDE_BPF_TARGET_MISSING',
        message: expect.stringContaining('sonde_no_such_tracepoint'),
      }),
    );
  });

  test('names that are not there', () => {
    using object = openObject(path);
    expect(() => object.map('nothing')).toThrow(/nothing; there are: .*squares/);
    expect(() => object.program('nothing')).toThrow(/nothing; there are: .*multiply/);
    expect(() => object.variable('nothing')).toThrow(/nothing; there are: .*factor/);
    expect(() => object.data('squares')).toThrow(code('SONDE_BPF_MAP_MISSING'));
  });

  test('after close everything says so, and views are empty', () => {
    const object = openObject(path).load();
    const map = object.map('shared');
    const view = map.mmap();
    const program = object.program('multiply');
    object.close();
    object.close();
    expect(view.length).toBe(0);
    expect(() => object.map('shared')).toThrow(code('SONDE_BPF_CLOSED'));
    expect(() => map.lookup(words(0), new Uint8Array(8))).toThrow(code('SONDE_BPF_CLOSED'));
    expect(() => program.testRun()).toThrow(code('SONDE_BPF_CLOSED'));
  });

  test('files that are no objects', () => {
    expect(() => openObject(`${folder.path}/none.bpf.o`)).toThrow(code('SONDE_BPF_OPEN'));
    expect(() => openObject(import.meta.filename)).toThrow(code('SONDE_BPF_OPEN'));
  });

  test('works in a worker thread', async () => {
    const index = JSON.stringify(new URL('./index.ts', import.meta.url).href);
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       import(${index}).then(({ openObject }) => {
         using object = openObject(workerData);
         object.load();
         parentPort.postMessage(object.program('multiply').testRun({ context: new Uint8Array([9, 0, 0, 0]) }));
       });`,
      { eval: true, workerData: path },
    );
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the worker ended without an answer')));
    });
    expect(answer).toBe(9);
    await worker.terminate();
  });
});
