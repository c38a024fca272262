import { ApiError, type Host, type Instance, type Pod } from '@sonde/api';
import type { Side } from '@sonde/model';
import {
  type InstanceSeen,
  type InstanceStart,
  type InstanceTotal,
  type Measures,
  NOTHING,
  type Plan,
  type PodRow,
  type ServiceView,
  type Store,
  TELL_EVERY,
} from '@sonde/store';
import { AGENT_SERVICE, agentsOf } from './agents.ts';
import { numbersOf, secondsOf, sumOf } from './measures.ts';
import { PodIndex } from './pods.ts';

/** Who does not tell of itself for so long is called silent, in seconds. */
const SILENCE = TELL_EVERY + 30;

const milliseconds = (seconds: number) => (seconds > 0 ? Math.round(seconds * 1000) : null);

function podOf(pod: PodRow): Pod {
  const { name, namespace, uid, node, ip } = pod;
  const owner = [pod.ownerKind, pod.owner].filter(Boolean).join(' ');
  return { name, namespace, uid, node, ip, owner, deleted: milliseconds(pod.deleted) };
}

/**
 * How often the process was started before: in the same container, or by the same command on the host where one ended
 * before the other began. A replica beside it is no restart. `starts` are of the same service.
 */
export function restartsOf(of: InstanceSeen, starts: readonly InstanceStart[], end: number): number {
  return starts.filter((start) => {
    if (start.started >= of.started - 1) return false;
    if (of.container !== '') return start.instance === of.instance && start.container === of.containerName;
    const ended = start.lastSeen < end - SILENCE && start.lastSeen <= of.started + TELL_EVERY;
    return ended && start.host === of.host && start.command === of.command;
  }).length;
}

type State = Pick<Instance, 'source' | 'status' | 'ready' | 'containers' | 'restarts' | 'started' | 'lastSeen' | 'pod'>;

const UNKNOWN: State = {
  source: 'none',
  status: null,
  ready: null,
  containers: null,
  restarts: null,
  started: null,
  lastSeen: null,
  pod: null,
};

function stateOfPod(pod: PodRow): State {
  return {
    source: 'kubernetes',
    status: pod.deleted > 0 ? 'Deleted' : pod.status,
    ready: pod.ready,
    containers: pod.containers,
    restarts: pod.restarts,
    started: milliseconds(pod.started),
    lastSeen: milliseconds(pod.lastSeen),
    pod: podOf(pod),
  };
}

function stateOfProcess(seen: InstanceSeen | undefined, starts: readonly InstanceStart[], end: number): State {
  if (seen === undefined) return UNKNOWN;
  return {
    ...UNKNOWN,
    source: seen.started > 0 ? 'process' : 'none',
    status: seen.lastSeen >= end - SILENCE ? 'running' : 'silent',
    restarts: seen.started > 0 ? restartsOf(seen, starts, end) : null,
    started: milliseconds(seen.started),
    lastSeen: milliseconds(seen.lastSeen),
  };
}

interface Served extends Measures {
  readonly service: string;
  readonly instance: string;
  readonly host: string;
  readonly container: string;
}

interface Facts {
  readonly seen: readonly InstanceSeen[];
  readonly starts: readonly InstanceStart[];
  readonly pods: PodIndex;
}

/** Rows of what served requests, with what is known of each. */
function rowsOf(plan: Plan, side: Side, served: readonly Served[], { seen, starts, pods }: Facts): Instance[] {
  const seconds = secondsOf(plan);
  const end = Math.min(plan.to, Date.now() / 1000);
  const all = sumOf(served);
  const bySelf = new Map(seen.map((each) => [`${each.service}\0${each.instance}`, each]));
  const startsOf = Map.groupBy(starts, ({ service }) => service);
  return served.map((total): Instance => {
    const { service, instance, host, container, requests, errors } = total;
    const self = bySelf.get(`${service}\0${instance}`);
    const address = side === 'client' ? instance : '';
    const { pod = '', namespace = '' } = self ?? {};
    const found = pods.find({ container: container || (self?.container ?? ''), pod, namespace, address });
    const state = found ? stateOfPod(found) : stateOfProcess(self, startsOf.get(service) ?? [], end);
    return {
      service,
      instance,
      host: host || (found?.node ?? self?.host ?? ''),
      container,
      containerName: self?.containerName ?? '',
      executable: self?.executable ?? '',
      commandLine: self?.command ?? '',
      ...state,
      requestShare: all.requests > 0 ? requests / all.requests : null,
      errorShare: all.errors > 0 ? errors / all.errors : null,
      ...numbersOf(total, side, seconds),
    };
  });
}

/** Pods of the same workloads that served nothing: the one that cannot start is among them. */
function idlePods(plan: Plan, side: Side, service: string, rows: readonly Instance[], pods: PodIndex): Instance[] {
  const shown = new Set(rows.map(({ pod }) => pod?.uid));
  const own = rows.flatMap(({ pod }) =>
    pod ? [pods.find({ container: '', pod: pod.name, namespace: pod.namespace })!] : [],
  );
  return pods
    .withSiblings(own.filter((pod) => pod !== undefined))
    .filter(({ uid }) => !shown.has(uid))
    .map((pod) => ({
      service,
      instance: '',
      host: pod.node,
      container: '',
      containerName: '',
      executable: '',
      commandLine: '',
      ...stateOfPod(pod),
      requestShare: null,
      errorShare: null,
      ...numbersOf(NOTHING, side, secondsOf(plan)),
    }));
}

/** Instances that tell of themselves and served nothing: they only call others, or nobody called. */
function quiet(served: readonly Served[], seen: readonly InstanceSeen[]): Served[] {
  const known = new Set(served.map(({ service, instance }) => `${service}\0${instance}`));
  return seen
    .filter(({ service, instance }) => service !== AGENT_SERVICE && !known.has(`${service}\0${instance}`))
    .map(({ service, instance, host, container }) => ({ service, instance, host, container, ...NOTHING }));
}

export async function instancesOf(store: Store, plan: Plan, view: ServiceView): Promise<Instance[]> {
  const service = view.name;
  const [totals, seen, starts, pods] = await Promise.all([
    store.serviceInstances(plan, view),
    store.instancesSeen(plan, { service }),
    store.instanceStarts(plan, { service }),
    store.podsSeen(plan),
  ]);
  const index = new PodIndex(pods);
  // A service no agent sees from inside has numbers, but may have no instance they could be told apart by.
  const named = totals.filter(({ instance, host, container }) => instance || host || container);
  const served = named.map((total: InstanceTotal) => ({ service, ...total }));
  const rows = rowsOf(plan, view.side, [...served, ...quiet(served, seen)], { seen, starts, pods: index });
  return [...rows, ...idlePods(plan, view.side, service, rows, index)];
}

/** Throws SONDE_API_NOT_FOUND. */
export async function hostOf(store: Store, plan: Plan, host: string): Promise<Host> {
  const [totals, seen, starts, pods, selfTotals, resources] = await Promise.all([
    store.hostTotals(plan, host),
    store.instancesSeen(plan, { host }),
    store.instanceStarts(plan, { host }),
    store.podsSeen(plan),
    store.metricTotals(plan, AGENT_SERVICE),
    store.resourcesOf(AGENT_SERVICE),
  ]);
  const served = totals.map((total) => ({ host, ...total }));
  const all = [...served, ...quiet(served, seen)];
  const now = Math.min(plan.to, Date.now() / 1000);
  const agents = agentsOf(selfTotals, resources, now).filter((agent) => agent.host === host);
  if (all.length === 0 && agents.length === 0) {
    throw new ApiError('SONDE_API_NOT_FOUND', `host ${host} was not seen in the range`);
  }
  return { name: host, agents, instances: rowsOf(plan, 'server', all, { seen, starts, pods: new PodIndex(pods) }) };
}

const MOST_FOUND = 20;

/** Instances and hosts in whose names every word occurs; `words` in lower case. */
export function findInstances(words: readonly string[], seen: readonly InstanceSeen[], pods: PodIndex) {
  const holds = (...texts: readonly string[]) => {
    const text = texts.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const instances = seen
    .filter(({ service }) => service !== AGENT_SERVICE)
    .map((each) => ({ ...each, name: pods.find(each)?.name ?? each.instance }))
    .filter(({ service, name, instance, host }) => holds(service, name, instance, host))
    .slice(0, MOST_FOUND)
    .map(({ service, instance, name, host }) => ({ service, instance, name, host }));
  const hosts = [...new Set(seen.map(({ host }) => host))].filter((host) => host !== '' && holds(host));
  return { instances, hosts: hosts.sort().slice(0, MOST_FOUND) };
}
