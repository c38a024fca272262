import type { InstanceSeen, PodRow } from '@sonde/store';

/** What is known of an instance that may lead to its pod. */
export interface PodHints {
  readonly container: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** `address:port` of an instance that only its callers know. */
  readonly address?: string;
}

const newest = (a: PodRow | undefined, b: PodRow) => (a === undefined || b.lastSeen >= a.lastSeen ? b : a);

/** Pods by all that an instance may be known by. Addresses and names are used again: the pod told of last counts. */
export class PodIndex {
  readonly #byContainer = new Map<string, PodRow>();
  readonly #byName = new Map<string, PodRow>();
  readonly #byAddress = new Map<string, PodRow>();
  readonly #byOwner: ReadonlyMap<string, readonly PodRow[]>;

  constructor(pods: readonly PodRow[]) {
    const put = (map: Map<string, PodRow>, key: string, pod: PodRow) => map.set(key, newest(map.get(key), pod));
    for (const pod of pods) {
      for (const id of pod.containerIds) put(this.#byContainer, id, pod);
      put(this.#byName, `${pod.namespace}/${pod.name}`, pod);
      put(this.#byName, pod.name, pod);
      if (pod.ip !== '') put(this.#byAddress, pod.ip, pod);
    }
    this.#byOwner = Map.groupBy(
      pods.filter(({ owner }) => owner !== ''),
      ownerKey,
    );
  }

  find({ container, pod = '', namespace = '', address = '' }: PodHints): PodRow | undefined {
    return (
      (container === '' ? undefined : this.#byContainer.get(container)) ??
      (pod === '' ? undefined : this.#byName.get(namespace === '' ? pod : `${namespace}/${pod}`)) ??
      (address === '' ? undefined : this.#byAddress.get(address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')))
    );
  }

  /** The pods given, and all others of the workloads they belong to; of those deleted only the given. */
  withSiblings(pods: Iterable<PodRow>): PodRow[] {
    const given = new Map([...pods].map((pod) => [pod.uid, pod]));
    for (const owner of new Set([...given.values()].filter((pod) => pod.owner !== '').map(ownerKey))) {
      for (const pod of this.#byOwner.get(owner) ?? []) if (pod.deleted === 0) given.set(pod.uid, pod);
    }
    return [...given.values()];
  }
}

const ownerKey = ({ namespace, ownerKind, owner }: PodRow) => `${namespace}/${ownerKind}/${owner}`;

export const isReady = ({ ready, containers, deleted }: PodRow) =>
  deleted === 0 && containers > 0 && ready === containers;

/** Instances of each service, and of its workloads' pods how many are ready. */
export function podCounts(seen: readonly InstanceSeen[], pods: readonly PodRow[]) {
  const index = new PodIndex(pods);
  const byService = Map.groupBy(seen, ({ service }) => service);
  return new Map(
    [...byService].map(([service, instances]) => {
      const own = instances.map((each) => index.find(each)).filter((each) => each !== undefined);
      const all = index.withSiblings(own).filter(({ deleted }) => deleted === 0);
      const ready = all.filter(isReady).length;
      return [service, { instances: instances.length, pods: all.length > 0 ? { ready, all: all.length } : null }];
    }),
  );
}
