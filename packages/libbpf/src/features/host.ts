import fs from 'node:fs';
import path from 'node:path';

/** Linux capabilities by bit, capabilities(7): those that matter to a BPF agent. */
const CAPABILITIES = {
  CAP_DAC_READ_SEARCH: 2,
  CAP_NET_ADMIN: 12,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** The effective capabilities of this process. */
export function effectiveCapabilities(): ReadonlySet<Capability> {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(read('/proc/self/status') ?? '')?.[1] ?? '0'}`);
  const held = Object.entries(CAPABILITIES).filter(([, bit]) => (mask >> BigInt(bit)) & 1n);
  return new Set(held.map(([name]) => name as Capability));
}

/** Where cgroup v2 is mounted, or undefined if it is not. */
export function cgroup2MountPoint(): string | undefined {
  const mount = (read('/proc/self/mounts') ?? '').split('\n').find((line) => line.split(' ')[2] === 'cgroup2');
  return mount?.split(' ')[1]?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export type Lockdown = 'none' | 'integrity' | 'confidentiality';

/** The lockdown mode, kernel_lockdown(7), or undefined where the kernel does not say. */
export function lockdownMode(): Lockdown | undefined {
  return /\[(none|integrity|confidentiality)\]/.exec(read('/sys/kernel/security/lockdown') ?? '')?.[1] as
    | Lockdown
    | undefined;
}

/** RLIMIT_MEMLOCK of this process in bytes (soft), or undefined if it is unlimited. */
export function lockedMemoryLimit(): number | undefined {
  const limit = /^Max locked memory\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  return limit === undefined || limit === 'unlimited' ? undefined : Number(limit);
}

/** The smallest memory limit of the cgroups that hold this process, in bytes, or undefined if there is none. */
export function memoryLimit(): number | undefined {
  const limits: number[] = [];
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    const [root, file] = controllers === '' ? [cgroup2MountPoint(), 'memory.max'] : memoryController(controllers ?? '');
    if (root === undefined || file === undefined) continue;
    for (let directory = group; ; directory = path.dirname(directory)) {
      const limit = Number(read(path.join(root, directory, file)) ?? Number.NaN);
      /** cgroup v1 writes "no limit" as the largest whole page count. */
      if (limit > 0 && limit < 2 ** 62) limits.push(limit);
      if (directory === '/' || directory === '.') break;
    }
  }
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function memoryController(controllers: string): [string | undefined, string] {
  const mounted = (read('/proc/self/mounts') ?? '')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type, options]) => type === 'cgroup' && options?.split(',').includes('memory'));
  return [controllers.split(',').includes('memory') ? mounted?.[1] : undefined, 'memory.limit_in_bytes'];
}

/** A small file of /proc or /sys without its last line end, or undefined if it cannot be read. */
export function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
