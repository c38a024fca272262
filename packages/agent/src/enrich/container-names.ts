import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a container runtime wrote on disk about a container; '' where it did not. */
export interface ContainerInfo {
  readonly name: string;
  readonly podName: string;
  readonly namespaceName: string;
}

/** Containers remembered. */
const MAX_CONTAINERS = 4096;

/** Looks containers up in the files of Docker, containerd, CRI-O, Podman and the kubelet; asks no daemon. */
export class ContainerNames {
  readonly #root: string;
  readonly #known = new Map<string, ContainerInfo | null>();

  /** @param root where the host's file system is seen, `/` outside of a container */
  constructor(root: string) {
    this.#root = root;
  }

  /** `null` where no runtime knows the id. Each id is looked up once. */
  lookup(id: string): ContainerInfo | null {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const info = this.#kubelet(id) ?? this.#docker(id) ?? this.#oci(id) ?? this.#podman(id);
    if (this.#known.size >= MAX_CONTAINERS) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(id, info);
    return info;
  }

  /** The kubelet's log links: `<pod>_<namespace>_<container>-<id>.log`. */
  #kubelet(id: string): ContainerInfo | null {
    const link = this.#list('var/log/containers').find((name) => name.endsWith(`-${id}.log`));
    const match = /^([^_]+)_([^_]+)_(.+)-[0-9a-f]{64}\.log$/.exec(link ?? '');
    return match && { podName: match[1], namespaceName: match[2], name: match[3] };
  }

  #docker(id: string): ContainerInfo | null {
    const config = this.#json(`var/lib/docker/containers/${id}/config.v2.json`);
    if (config === null) return null;
    const labels = objectAt(objectAt(config, 'Config'), 'Labels');
    const service = textAt(labels, 'com.docker.compose.service') || textAt(labels, 'com.docker.swarm.service.name');
    return {
      name: textAt(labels, 'io.kubernetes.container.name') || service || textAt(config, 'Name').replace(/^\//, ''),
      podName: textAt(labels, 'io.kubernetes.pod.name'),
      namespaceName: textAt(labels, 'io.kubernetes.pod.namespace'),
    };
  }

  /** The OCI bundle (config.json, https://github.com/opencontainers/runtime-spec) of containerd and CRI-O. */
  #oci(id: string): ContainerInfo | null {
    for (const folder of [
      `run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`,
      `run/containerd/io.containerd.runtime.v2.task/default/${id}`,
      `run/containerd/io.containerd.runtime.v2.task/moby/${id}`,
      `var/lib/containers/storage/overlay-containers/${id}/userdata`,
    ]) {
      const annotations = objectAt(this.#json(`${folder}/config.json`), 'annotations');
      const info = {
        name:
          textAt(annotations, 'io.kubernetes.cri.container-name') ||
          textAt(annotations, 'io.kubernetes.container.name') ||
          textAt(annotations, 'nerdctl/name'),
        podName: textAt(annotations, 'io.kubernetes.cri.sandbox-name') || textAt(annotations, 'io.kubernetes.pod.name'),
        namespaceName:
          textAt(annotations, 'io.kubernetes.cri.sandbox-namespace') ||
          textAt(annotations, 'io.kubernetes.pod.namespace'),
      };
      if (info.name !== '' || info.podName !== '') return info;
    }
    return null;
  }

  #podman(id: string): ContainerInfo | null {
    const containers = this.#json('var/lib/containers/storage/overlay-containers/containers.json');
    if (!Array.isArray(containers)) return null;
    const names = containers.find((container) => textAt(container, 'id') === id)?.names;
    const name = Array.isArray(names) && typeof names[0] === 'string' ? names[0] : '';
    return name === '' ? null : { name, podName: '', namespaceName: '' };
  }

  #list(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path));
    } catch {
      return [];
    }
  }

  #json(path: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.#root, path), 'utf8'));
    } catch {
      return null;
    }
  }
}

function objectAt(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[key] : undefined;
}

function textAt(from: unknown, key: string): string {
  const value = objectAt(from, key);
  return typeof value === 'string' ? value : '';
}
