import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BpfObject, cgroup2MountPoint } from '@sonde/libbpf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentConfig } from '../config.ts';
import { openProbes, skipReason } from './probes.case.ts';
import { applyScope, prepareScope, requireScope, type ScopedCgroups, scopeText } from './scope.ts';

const scopeOf = (scope: { cgroups?: string[]; pids?: number[]; hostWide?: boolean }) =>
  agentConfig.parse({ scope }).scope;

test('in words', () => {
  expect(scopeText(scopeOf({ cgroups: ['/a', '/b'], pids: [7] }))).toBe('cgroup /a, cgroup /b, pid 7');
  expect(scopeText(scopeOf({ pids: [7], hostWide: true }))).toBe('host-wide');
});

test('nothing may be observed unless something was named', () => {
  expect(() => requireScope(scopeOf({}))).toThrow(expect.objectContaining({ code: 'SONDE_AGENT_NO_SCOPE' }));
  for (const scope of [{ cgroups: ['/a'] }, { pids: [1] }, { hostWide: true }]) {
    expect(() => requireScope(scopeOf(scope))).not.toThrow();
  }
});

describe.skipIf(skipReason !== '')(`in the kernel ${skipReason}`, () => {
  const mount = cgroup2MountPoint() ?? '';
  const cgroup = join(mount, `sonde-scope-test-${randomUUID()}`);
  let object: BpfObject;

  beforeEach(() => {
    mkdirSync(cgroup);
    object = openProbes();
  });
  afterEach(() => {
    rmdirSync(cgroup);
    object.close();
  });

  function keysOf(map: string): bigint[] {
    const keys: bigint[] = [];
    object.map(map).forEach((key) => {
      const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
      keys.push(key.byteLength === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true)));
    });
    return keys;
  }

  function load(scope: Parameters<typeof scopeOf>[0]): ScopedCgroups {
    prepareScope(object, scopeOf(scope));
    object.load();
    return applyScope(object, scopeOf(scope));
  }

  test('a cgroup that is made anew under its path takes the place of the one that was there', () => {
    const scoped = load({ cgroups: [cgroup] });
    const before = keysOf('scope_cgroups');
    const generation = object.variable('scope_generation').getUint32(0, true);
    rmdirSync(cgroup);
    scoped.follow();
    expect(keysOf('scope_cgroups')).toEqual(before);
    mkdirSync(cgroup);
    scoped.follow();
    scoped.follow();
    const { ino } = statSync(cgroup, { bigint: true });
    expect(before).not.toContain(ino);
    expect(keysOf('scope_cgroups')).toEqual([ino]);
    expect(object.variable('scope_generation').getUint32(0, true)).toBe(generation + 1);
  });

  test('a cgroup is its inode, by its path or by its path below the mount', () => {
    load({ cgroups: [cgroup, `/${basename(cgroup)}`] });
    expect(keysOf('scope_cgroups')).toEqual([statSync(cgroup, { bigint: true }).ino]);
    expect(keysOf('scope_pids')).toEqual([]);
    expect(object.variable('host_wide').getUint8(0)).toBe(0);
  });

  test('a process is its pid; the agent itself is never observed', () => {
    const [one, other] = [spawn('sleep', ['60']), spawn('sleep', ['60'])];
    const pids = [one, other].map(({ pid }) => pid as number);
    load({ pids });
    expect(keysOf('scope_pids').toSorted()).toEqual(pids.map(BigInt).toSorted());
    expect(object.variable('agent_pid').getUint32(0, true)).toBe(process.pid);
    for (const child of [one, other]) child.kill();
  });

  test('host-wide is said before the probes are loaded', () => {
    load({ hostWide: true });
    expect(object.variable('host_wide').getUint8(0)).toBe(1);
  });

  test('probes forget what they thought of a process', () => {
    load({ pids: [process.pid] });
    const before = object.variable('scope_generation').getUint32(0, true);
    applyScope(object, scopeOf({ pids: [process.ppid] }));
    expect(object.variable('scope_generation').getUint32(0, true)).toBe(before + 1);
  });

  test.each([
    ['that does not exist', join(mount, 'sonde-no-such-group')],
    ['that is a folder of another file system', '/proc'],
    ['that is a file', join(mount, 'cgroup.procs')],
  ])('a cgroup %s is refused', (_, path) => {
    expect(() => load({ cgroups: [path] })).toThrow(
      expect.objectContaining({ code: 'SONDE_AGENT_CGROUP_NOT_FOUND', message: expect.stringContaining(path) }),
    );
  });

  test('a process that does not exist is refused', () => {
    expect(() => load({ pids: [2 ** 30] })).toThrow(expect.objectContaining({ code: 'SONDE_AGENT_PROCESS_NOT_FOUND' }));
  });
});
