import { ATTR, POD_METRIC } from '@sonde/model';
import type { AttributeMap, Metric, MetricsData, ResourceMetrics } from '@sonde/otlp';
import type { PodContainer, PodFacts } from './pod-facts.ts';

const SCOPE = { name: 'sonde', version: '0.1.0' };

function known(attributes: Readonly<Record<string, string>>): AttributeMap {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function podAttributes(pod: PodFacts): AttributeMap {
  return known({
    [ATTR.podUid]: pod.uid,
    [ATTR.podName]: pod.name,
    [ATTR.namespaceName]: pod.namespace,
    [ATTR.nodeName]: pod.node,
    [ATTR.podIp]: pod.ip,
    [ATTR.podStart]: pod.started,
    [ATTR.podStatus]: pod.status,
    [ATTR.podDeleted]: pod.deleted,
    [ATTR.ownerKind]: pod.ownerKind,
    [ATTR.ownerName]: pod.ownerName,
  });
}

/** What the API server said of pods, as OTLP: one resource a pod, and one for each of its containers. */
export function podMetrics(pods: readonly PodFacts[], now: bigint): MetricsData {
  const gauge = (name: string, unit: string, value: number, attributes: AttributeMap = {}): Metric => ({
    name,
    unit,
    data: { kind: 'gauge', points: [{ attributes, startTimeUnixNano: 0n, timeUnixNano: now, value }] },
  });
  const of = (attributes: AttributeMap, metrics: readonly Metric[]): ResourceMetrics => ({
    resource: { attributes },
    scopeMetrics: [{ scope: SCOPE, metrics }],
  });
  const containerMetrics = ({ ready, restarts }: PodContainer) => [
    gauge(POD_METRIC.ready, '{container}', ready ? 1 : 0),
    gauge(POD_METRIC.restarts, '{restart}', restarts),
  ];
  const resourceMetrics = pods.flatMap((pod) => {
    const attributes = podAttributes(pod);
    const containers = pod.containers.map((container) =>
      of(
        { ...attributes, ...known({ [ATTR.kubernetesContainer]: container.name, [ATTR.containerId]: container.id }) },
        containerMetrics(container),
      ),
    );
    return [of(attributes, [gauge(POD_METRIC.phase, '{pod}', 1, { [ATTR.podPhase]: pod.phase })]), ...containers];
  });
  return { kind: 'metrics', resourceMetrics };
}
