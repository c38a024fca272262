import { describe, expect, test } from 'vitest';
import { podOf } from './api.case.ts';
import { type Pod, podFacts } from './pod-facts.ts';

test('who a pod is, where it runs and what made it', () => {
  expect(podFacts(podOf('checkout-7c9d8f6b54-x2k4z'))).toMatchObject({
    uid: 'uid-checkout-7c9d8f6b54-x2k4z',
    name: 'checkout-7c9d8f6b54-x2k4z',
    namespace: 'shop',
    node: 'node-1',
    ip: '10.244.1.7',
    started: '2026-11-20T10:00:02Z',
    deleted: '',
    ownerKind: 'Deployment',
    ownerName: 'checkout',
    containers: [{ name: 'app', ready: true, restarts: 0, id: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  expect(podFacts({ metadata: { name: 'x' } })).toBeNull();
});

test.each<[kind: string, name: string, kindOfPod: string, nameOfPod: string]>([
  ['StatefulSet', 'orders-db', 'StatefulSet', 'orders-db'],
  ['ReplicaSet', 'checkout-7c9d8f6b54', 'Deployment', 'checkout'],
  ['ReplicaSet', 'by-hand', 'ReplicaSet', 'by-hand'],
  ['Job', 'report-28912345', 'Job', 'report-28912345'],
])('a pod of %s %s is of %s %s', (kind, name, ownerKind, ownerName) => {
  const pod = podOf('p-1');
  const made = podFacts({ ...pod, metadata: { ...pod.metadata, ownerReferences: [{ kind, name, controller: true }] } });
  expect(made).toMatchObject({ ownerKind, ownerName });
});

type Status = NonNullable<Pod['status']>;
const container = (state: NonNullable<Status['containerStatuses']>[number]['state'], ready = false) => ({
  name: 'app',
  ready,
  ...(state === undefined ? {} : { state }),
});

/** What `kubectl get pods` prints for each. */
describe('status', () => {
  test.each<[string, Partial<Status>]>([
    ['Running', {}],
    ['Pending', { phase: 'Pending', containerStatuses: [] }],
    [
      'ContainerCreating',
      { phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] },
    ],
    [
      'ImagePullBackOff',
      { phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] },
    ],
    ['CrashLoopBackOff', { containerStatuses: [container({ waiting: { reason: 'CrashLoopBackOff' } })] }],
    ['OOMKilled', { containerStatuses: [container({ terminated: { reason: 'OOMKilled', exitCode: 137 } })] }],
    ['ExitCode:3', { phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 3 } })] }],
    ['Signal:9', { phase: 'Failed', containerStatuses: [container({ terminated: { signal: 9, exitCode: 137 } })] }],
    ['Completed', { phase: 'Succeeded', containerStatuses: [container({ terminated: { reason: 'Completed' } })] }],
    [
      'Running',
      { containerStatuses: [container({ running: {} }, true), container({ terminated: { reason: 'Completed' } })] },
    ],
    ['Evicted', { phase: 'Failed', reason: 'Evicted', containerStatuses: [] }],
    [
      'Init:1/2',
      {
        phase: 'Pending',
        initContainerStatuses: [container({ terminated: { exitCode: 0 } }), container({ running: {} })],
        containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
      },
    ],
    [
      'Init:Error',
      { phase: 'Pending', initContainerStatuses: [container({ terminated: { reason: 'Error', exitCode: 1 } })] },
    ],
  ])('%s', (status, of) => {
    expect(podFacts(podOf('a-1', of))?.status).toBe(status);
  });

  test('Terminating', () => {
    const pod = podOf('a-1');
    const ending = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-11-20T11:00:00Z' } };
    expect(podFacts(ending)?.status).toBe('Terminating');
  });
});
