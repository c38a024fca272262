import { setTimeout as sleep } from 'node:timers/promises';
import type { BpfObject } from '@sonde/libbpf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProbes, skipReason } from './probes.case.ts';
import { RunTimeSampler } from './run-time.ts';

describe.skipIf(skipReason !== '')(`how long programs run in the kernel ${skipReason}`, () => {
  let object: BpfObject;
  beforeEach(() => {
    object = openProbes();
    object.load();
  });
  afterEach(() => object.close());

  test('is estimated from the runs in a tenth of the time', async () => {
    const program = object.program('flush_idle');
    const iterator = program.attachIterator(object.map('sockets'));
    using sampler = new RunTimeSampler([program]);
    expect(sampler.stats()).toEqual([{ program: 'flush_idle', runTime: 0, runs: 0 }]);
    let runs = 0;
    for (let windows = 0, before = 0; windows < 2; ) {
      iterator.run();
      runs++;
      await sleep(2);
      const [{ runs: now }] = sampler.stats();
      if (now > before) windows++;
      before = now;
    }
    const [{ runs: estimated, runTime }] = sampler.stats();
    expect(estimated).toBeGreaterThan(runs / 3);
    expect(estimated).toBeLessThan(runs * 3);
    expect(runTime / estimated).toBeGreaterThan(10);
    expect(runTime / estimated).toBeLessThan(1e6);
    const before = sampler.stats();
    for (let i = 0; i < 10; i++) iterator.run();
    expect(sampler.stats()).toEqual(before);
  });

  test('is not measured any more after the end', async () => {
    const sampler = new RunTimeSampler([object.program('flush_idle')]);
    await sleep(150);
    sampler[Symbol.dispose]();
    const stats = sampler.stats();
    await sleep(250);
    expect(sampler.stats()).toEqual(stats);
  });
});
