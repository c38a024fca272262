import { workloadOf } from '@sonde/model';

/** What is read of a Pod (Kubernetes API v1). Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1. */
export interface Pod {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly { readonly name: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly podIP?: string;
    readonly startTime?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  /** `containerd://<64 hex digits>`. */
  readonly containerID?: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number };
  };
}

export interface PodContainer {
  readonly name: string;
  /** '' before it was started. */
  readonly id: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** What is told of a pod; '' means "not known". */
export interface PodFacts {
  readonly kind: 'pod';
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly ip: string;
  readonly phase: string;
  /** As kubectl prints it: `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`, … */
  readonly status: string;
  /** ISO 8601. */
  readonly started: string;
  readonly deleted: string;
  readonly ownerKind: string;
  readonly ownerName: string;
  readonly containers: readonly PodContainer[];
}

/** `null` where the object has no name or no uid. */
export function podFacts(pod: Pod): PodFacts | null {
  const { metadata = {}, spec = {}, status = {} } = pod;
  if (!metadata.uid || !metadata.name) return null;
  const statuses = new Map((status.containerStatuses ?? []).map((each) => [each.name, each]));
  const names = (spec.containers ?? status.containerStatuses ?? []).map(({ name }) => name);
  return {
    kind: 'pod',
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    node: spec.nodeName ?? '',
    ip: status.podIP ?? '',
    phase: status.phase ?? 'Unknown',
    status: statusOf(pod),
    started: status.startTime ?? metadata.creationTimestamp ?? '',
    deleted: '',
    ...ownerOf(pod),
    containers: names.map((name) => {
      const { containerID = '', ready = false, restartCount = 0 } = statuses.get(name) ?? {};
      return { name, id: containerID.replace(/^\w+:\/\//, ''), ready, restarts: restartCount };
    }),
  };
}

function ownerOf({ metadata }: Pod): { ownerKind: string; ownerName: string } {
  const owners = metadata?.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller) ?? owners[0];
  if (owner === undefined) return { ownerKind: '', ownerName: '' };
  const { kind, name } = workloadOf(owner);
  return { ownerKind: kind, ownerName: name };
}

/** Why a container does not run; '' where it does. */
function reasonOf({ state }: ContainerStatus): string {
  if (state?.waiting) return state.waiting.reason || 'Waiting';
  if (!state?.terminated) return '';
  const { reason, signal, exitCode } = state.terminated;
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

/** The column STATUS of `kubectl get pods`: https://github.com/kubernetes/kubernetes, pkg/printers/internalversion. */
function statusOf({ metadata, status = {} }: Pod): string {
  if (metadata?.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const inits = status.initContainerStatuses ?? [];
  const unfinished = inits.findIndex(({ state }) => state?.terminated?.exitCode !== 0);
  if (unfinished >= 0 && status.phase === 'Pending') {
    const reason = reasonOf(inits[unfinished]);
    return reason === '' || reason === 'PodInitializing' ? `Init:${unfinished}/${inits.length}` : `Init:${reason}`;
  }
  const containers = status.containerStatuses ?? [];
  const reason = containers.map(reasonOf).findLast((each) => each !== '') ?? '';
  // One that is done does not make the pod so while another runs.
  if (reason === 'Completed' && containers.some(({ state, ready }) => state?.running && ready)) return 'Running';
  return reason || status.reason || status.phase || 'Unknown';
}
