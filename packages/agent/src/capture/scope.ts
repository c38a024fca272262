import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
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
}

/** The pid of this process as the kernel numbers it. The object is loaded. */
export function ownPid(object: BpfObject): number {
  return object.program('own_pid').testRun();
}

/** Fills the kernel's maps, before anything is attached. */
export function applyScope(object: BpfObject, scope: AgentConfig['scope']): ScopedCgroups {
  object.variable('agent_pid').setUint32(0, ownPid(object), true);
  for (const pid of scope.pids) {
    if (!existsSync(`/proc/${pid}`)) throw new AgentError('SONDE_AGENT_PROCESS_NOT_FOUND', String(pid));
    for (const one of [pid, ...descendants(pid)]) {
      addPid(object, one);
    }
  }
  const cgroups = new ScopedCgroups(object, scope.cgroups);
  scopeChanged(object);
  return cgroups;
}

/** The cgroups of a scope, which are their paths: the kernel knows an id that another takes the place of. */
export class ScopedCgroups {
  readonly #object: BpfObject;
  readonly #ids = new Map<string, bigint>();

  /** @throws AgentError SONDE_AGENT_CGROUP_NOT_FOUND */
  constructor(object: BpfObject, paths: readonly string[]) {
    this.#object = object;
    for (const path of paths) this.#add(path, cgroupId(path));
  }

  /** Takes what is made anew under a path, as the cgroup of a unit is when it starts again, for the one that was there. */
  follow(): void {
    for (const [path, before] of this.#ids) {
      const id = idOrNone(path);
      if (id === undefined || id === before) continue;
      this.#add(path, id);
      if (![...this.#ids.values()].includes(before)) this.#object.map('scope_cgroups').delete(keyOf(before));
      scopeChanged(this.#object);
    }
  }

  #add(path: string, id: bigint): void {
    this.#ids.set(path, id);
    this.#object.map('scope_cgroups').update(keyOf(id), YES);
  }
}

function keyOf(id: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(id).buffer);
}

function scopeChanged(object: BpfObject): void {
  const generation = object.variable('scope_generation');
  generation.setUint32(0, generation.getUint32(0, true) + 1, true);
}

function idOrNone(path: string): bigint | undefined {
  try {
    return cgroupId(path);
  } catch {
    return undefined; // it is gone for now
  }
}

/** Adds a process by its number in the kernel. */
export function addPid(object: BpfObject, pid: number): void {
  object.map('scope_pids').update(new Uint8Array(Uint32Array.of(pid).buffer), YES);
}

/** Every process below `parent` that runs now; those to come are added by the kernel as they are forked. */
function descendants(parent: number): number[] {
  let children: number[] = [];
  try {
    children = readdirSync(`/proc/${parent}/task`).flatMap((task) => {
      const list = readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').trim();
      return list === '' ? [] : list.split(' ').map(Number);
    });
  } catch {} // it ended meanwhile
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Every process of the scope that runs now. */
export function processesIn(scope: AgentConfig['scope']): number[] {
  if (scope.hostWide) return readdirSync('/proc').map(Number).filter(Number.isInteger);
  const found = scope.pids.flatMap((pid) => [pid, ...descendants(pid)]);
  for (const path of scope.cgroups) found.push(...membersOf(cgroupFolder(path)));
  return found;
}

function membersOf(cgroup: string): number[] {
  const lines = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').trim();
  const own = lines === '' ? [] : lines.split('\n').map(Number);
  const below = readdirSync(cgroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap(({ name }) => membersOf(join(cgroup, name)))];
}

/** The id of a cgroup is the inode of its folder. */
function cgroupId(path: string): bigint {
  return statSync(cgroupFolder(path), { bigint: true }).ino;
}

/** Paths are taken as they are, or below the cgroup2 mount. */
function cgroupFolder(path: string): string {
  const mount = cgroup2MountPoint();
  for (const candidate of mount === undefined ? [path] : [path, join(mount, path)]) {
    if (existsSync(join(candidate, 'cgroup.procs'))) return candidate;
  }
  throw new AgentError('SONDE_AGENT_CGROUP_NOT_FOUND', path);
}
