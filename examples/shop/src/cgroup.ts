import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the unified hierarchy (cgroup v2) is mounted, `undefined` where it is not. */
export function unifiedMount(mounts = readFileSync('/proc/mounts', 'utf8')): string | undefined {
  const line = mounts.split('\n').find((entry) => entry.split(' ')[2] === 'cgroup2');
  return line?.split(' ')[1];
}

/** Makes `<mount>/<name>` and one cgroup below it for each service; returns the path of the parent. */
export function createCgroups(mount: string, name: string, services: readonly string[]): string {
  const parent = join(mount, name);
  mkdirSync(parent);
  for (const service of services) mkdirSync(join(parent, service));
  return parent;
}
