/** What the path of a process's control group says about it; '' means "does not apply". */
export interface CgroupFacts {
  /** Path in the unified (v2) hierarchy; where that is absent or says nothing, in a v1 hierarchy. */
  readonly path: string;
  /** 64 hex digits, or Fargate's task form; of the innermost container where containers are nested. */
  readonly containerId: string;
  /** Name of an LXC container, which has no id. */
  readonly containerName: string;
  /** `true` below a Kubernetes `kubepods` group. */
  readonly kubernetes: boolean;
  /** The innermost systemd service unit without `.service`, unescaped. */
  readonly systemdUnit: string;
}

/**
 * Ids as the runtimes write them: `/docker/<id>`, `docker-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>.scope`,
 * `libpod-<id>.scope`, `/kubepods/burstable/pod<uid>/<id>`, `system.slice:docker:<id>`, `/ecs/<task>/<id>`. A monitor
 * (`crio-conmon-<id>`, `libpod-conmon-<id>`) works for a container but is not in it.
 */
const CONTAINER_ID =
  /(?:^|[/:])(?:(?![^/]*conmon-)[a-z][\w.-]*-)?([0-9a-f]{64}|[0-9a-f]{32}-\d{6,})(?:\.scope)?(?=\/|$)/g;

const LXC = /\/lxc(?:\.payload)?[./]([\w.-]+)/;

/** Parses /proc/<pid>/cgroup (cgroups(7)): lines `hierarchy:controllers:path` of v1, v2 and hybrid systems. */
export function parseCgroup(text: string): CgroupFacts {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(.*)$/.exec(line);
    if (match !== null) paths.set(match[1] === '0' ? 'unified' : match[2], match[3]);
  }
  const all = [...paths.values()];
  const own = paths.get('unified') ?? paths.get('name=systemd') ?? all[0] ?? '';
  const containing = all.find((path) => path.match(CONTAINER_ID)) ?? '';
  const service = paths.get('name=systemd') ?? own;
  return {
    path: own === '/' && containing !== '' ? containing : own,
    containerId: [...containing.matchAll(CONTAINER_ID)].at(-1)?.[1] ?? '',
    containerName: all.map((path) => LXC.exec(path)?.[1]).find((name) => name !== undefined) ?? '',
    kubernetes: all.some((path) => path.includes('kubepods')),
    systemdUnit: unitOf(own) || unitOf(service),
  };
}

function unitOf(path: string): string {
  const unit = path.split('/').findLast((segment) => segment.endsWith('.service'));
  if (unit === undefined) return '';
  return unit
    .slice(0, -'.service'.length)
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
