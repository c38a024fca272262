import { ATTR, POD_METRIC } from '@sonde/model';
import type { MetricsData, NumberPoint, ResourceMetrics } from '@sonde/otlp';
import type { PodRow } from '@sonde/store';
import { firstOf } from './attributes.ts';

/** Names of the OpenTelemetry Collector's `k8s_cluster` receiver for the same metrics. */
const NAMES: Record<string, keyof typeof POD_METRIC> = {
  [POD_METRIC.phase]: 'phase',
  'k8s.pod.phase': 'phase',
  [POD_METRIC.ready]: 'ready',
  [POD_METRIC.restarts]: 'restarts',
  'k8s.container.restarts': 'restarts',
};

/** Values of `k8s.pod.phase`. */
const PHASES = ['', 'Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

interface Container {
  ready: number;
  restarts: number;
  readonly id: string;
}

type Facts = Omit<PodRow, 'ready' | 'containers' | 'restarts' | 'containerIds'>;

/** Whether a resource speaks of a pod or a container of one, and of nothing else. */
export function isPod({ resource, scopeMetrics }: ResourceMetrics): boolean {
  return (
    firstOf(resource.attributes, ATTR.podUid) !== '' &&
    firstOf(resource.attributes, ATTR.serviceName) === '' &&
    scopeMetrics.some(({ metrics }) => metrics.some(({ name }) => Object.hasOwn(NAMES, name)))
  );
}

const secondsIn = (text: string) => {
  const time = Date.parse(text) / 1000;
  return Number.isFinite(time) && time > 0 ? Math.floor(time) : 0;
};

function factsOf({ resource: { attributes }, scopeMetrics }: ResourceMetrics, now: number): Facts | null {
  const phases = scopeMetrics.flatMap(({ metrics }) => metrics.filter(({ name }) => NAMES[name] === 'phase'));
  const [point] = phases.flatMap(({ data }) => data.points as readonly NumberPoint[]);
  if (point === undefined) return null;
  const phase = firstOf(point.attributes, ATTR.podPhase) || (PHASES[point.value] ?? '');
  const of = (...names: string[]) => firstOf(attributes, ...names);
  return {
    uid: of(ATTR.podUid),
    namespace: of(ATTR.namespaceName),
    name: of(ATTR.podName),
    node: of(ATTR.nodeName),
    ip: of(ATTR.podIp),
    status: of(ATTR.podStatus) || phase,
    started: secondsIn(of(ATTR.podStart)),
    deleted: secondsIn(of(ATTR.podDeleted)),
    ownerKind: of(ATTR.ownerKind),
    owner: of(ATTR.ownerName, 'k8s.deployment.name', 'k8s.statefulset.name', 'k8s.daemonset.name', 'k8s.job.name'),
    lastSeen: now,
  };
}

function containerOf({ resource: { attributes }, scopeMetrics }: ResourceMetrics): Container {
  const container: Container = { id: firstOf(attributes, ATTR.containerId), ready: 0, restarts: 0 };
  for (const { name, data } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    const kind = NAMES[name];
    const value = (data.points as readonly NumberPoint[])[0]?.value ?? 0;
    const whole = Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31 ? value : 0;
    if (kind === 'ready') container.ready = whole > 0 ? 1 : 0;
    if (kind === 'restarts') container.restarts = whole;
  }
  return container;
}

/**
 * Pods told of in one message, each with the containers in it: as an agent in a cluster sends them, or a Collector with
 * the `k8s_cluster` receiver. `now` in seconds since the epoch.
 */
export function podRows({ resourceMetrics }: MetricsData, now: number): PodRow[] {
  const byPod = Map.groupBy(resourceMetrics.filter(isPod), ({ resource }) => firstOf(resource.attributes, ATTR.podUid));
  return [...byPod.values()].flatMap((all): PodRow[] => {
    const facts = all.map((each) => factsOf(each, now)).find((each) => each !== null);
    if (facts === undefined) return [];
    const containers = all
      .filter(({ resource }) => firstOf(resource.attributes, ATTR.kubernetesContainer) !== '')
      .map(containerOf);
    const sum = (of: (container: Container) => number) => containers.reduce((total, each) => total + of(each), 0);
    return [
      {
        ...facts,
        containers: containers.length,
        ready: sum(({ ready }) => ready),
        restarts: sum(({ restarts }) => restarts),
        containerIds: containers.map(({ id }) => id).filter((id) => id !== ''),
      },
    ];
  });
}
