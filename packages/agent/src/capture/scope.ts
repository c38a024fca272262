import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BpfObject, cgroup2MountPoint } from '@sonde/libbpf';
import type { AgentConfig } from '../config.ts';
import { AgentError } from '../errors.ts';

const YES = Uint8Array.of(1);

/** The scope in words, for people. */
export function scopeText(scope: AgentConfig['scope']): string {
  if (scope.hostWide) return 'host-wide';
  return [...scope.cgroups.map((path) => `cgroup ${path}`), ...scope.pids.map((pid) => `pid ${pid}`)].join(', ');
}

/** @throws AgentError SONDE_AGENT_NO_SCOPE where nothing may be observed */
export function requireScope(scope: AgentConfig['scope']): void {
  if (!scope.hostWide && scope.cgroups.length === 0 && scope.pids.length === 0) {
    throw new AgentError('SONDE_AGENT_NO_SCOPE', 'no cgroup, no pid, not host-wide');
  }
}

/** What must stand in the object before it is loaded. */
export function prepareScope(object: BpfObject, scope: AgentConfig['scope']): void {
  object.variable('host_wide').setUint8(0, scope.hostWide ? 1 : 0);
  object.variable('agent_pid').setUint32(0, process.pid, true);
}

/** Fills the kernel's maps, before anything is attached. */
export function applyScope(object: BpfObject, scope: AgentConfig['scope']): void {
  const key = new DataView(new ArrayBuffer(8));
  for (const path of scope.cgroups) {
    key.setBigUint64(0, cgroupId(path), true);
    object.map('scope_cgroups').update(new Uint8Array(key.buffer), YES);
  }
  for (const pid of scope.pids) {
    if (!existsSync(`/proc/${pid}`)) throw new AgentError('SONDE_AGENT_PROCESS_NOT_FOUND', String(pid));
    key.setUint32(0, pid, true);
    object.map('scope_pids').update(new Uint8Array(key.buffer, 0, 4), YES);
  }
  const generation = object.variable('scope_generation');
  generation.setUint32(0, generation.getUint32(0, true) + 1, true);
}

/** The id of a cgroup is the inode of its folder. Paths are taken as they are, or below the cgroup2 mount. */
function cgroupId(path: string): bigint {
  const mount = cgroup2MountPoint();
  for (const candidate of mount === undefined || mount === null ? [path] : [path, join(mount, path)]) {
    const found = statSync(candidate, { bigint: true, throwIfNoEntry: false });
    if (found?.isDirectory() && existsSync(join(candidate, 'cgroup.procs'))) return found.ino;
  }
  throw new AgentError('SONDE_AGENT_CGROUP_NOT_FOUND', path);
}
