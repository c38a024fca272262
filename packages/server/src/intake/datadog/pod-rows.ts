import { workloadOf } from '@sonde/model';
import type { Intake, PodRow } from '@sonde/store';
import { Rejections } from '../rejections.ts';
import type { DatadogPod, PodsMessage } from './messages.ts';

const MAX_TEXT = 1024;
const MAX_CONTAINERS = 1000;

const isTime = (seconds: number) => Number.isSafeInteger(seconds) && seconds > 0 && seconds < 2 ** 32;
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31;

const bare = (containerId: string) => containerId.replace(/^\w+:\/\//, '').slice(0, MAX_TEXT);

function rowOf(pod: DatadogPod, now: number): PodRow {
  const containers = pod.containers.slice(0, MAX_CONTAINERS);
  const text = (value: string) => value.slice(0, MAX_TEXT);
  const restarts = Math.max(
    pod.restarts,
    containers.reduce((sum, each) => sum + each.restarts, 0),
  );
  const owner = workloadOf(pod.owners[0] ?? { kind: '', name: '' });
  return {
    uid: text(pod.uid),
    namespace: text(pod.namespace),
    name: text(pod.name),
    node: text(pod.node),
    ip: text(pod.ip),
    status: text(pod.status || pod.phase || 'Unknown'),
    ready: containers.filter(({ ready }) => ready).length,
    containers: containers.length,
    restarts: isCount(restarts) ? restarts : 0,
    started: [pod.started, pod.created].find(isTime) ?? 0,
    deleted: 0,
    ownerKind: text(owner.kind),
    owner: text(owner.name),
    containerIds: containers.map(({ id }) => bare(id)).filter((id) => id !== ''),
    lastSeen: now,
  };
}

/** The pods of one message, told of at `time`, seconds since the epoch. */
export function rowsOfPods({ pods }: PodsMessage, time: number) {
  const rejected = new Rejections();
  const rows: PodRow[] = [];
  for (const pod of pods) {
    if (pod.uid === '' || pod.name === '') rejected.add('pods without a name or a uid');
    else rows.push(rowOf(pod, time));
  }
  const intake: Intake = { pods: rows, requests: [], metrics: [], spans: [], resources: [] };
  return { intake, rejected };
}
