/** Pods on their way: from an API server through the agent's watch and OTLP into the store, and what the API says of them. */
import { createClient } from '@sonde/api';
import { ATTR } from '@sonde/model';
import { expect, test } from 'vitest';
import { podOf, TestCluster } from '../../packages/agent/src/enrich/kubernetes/api.case.ts';
import { PodReports } from '../../packages/agent/src/enrich/kubernetes/pods.ts';
import { metricsOf, postMetrics, startTestServer } from '../../packages/server/src/test-server.ts';

const time = Math.floor(Date.now() / 10_000) * 10 - 60;
const created = new Date((time - 7200) * 1000).toISOString();

const requests = (resource: Record<string, string>, count: number, error = '') => ({
  resource: { [ATTR.hostName]: 'node-1', ...resource },
  side: 'server' as const,
  time,
  count,
  bin: -200,
  seconds: count * 0.013,
  attributes: {
    [ATTR.operation]: 'GET',
    [ATTR.target]: '/',
    [ATTR.status]: error || '200',
    ...(error === '' ? {} : { [ATTR.errorType]: error }),
  },
});

test('the pods of a service, also the one that cannot start, and a process outside of the cluster', async () => {
  const crashing = { name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } };
  await using cluster = await TestCluster.start(
    podOf('checkout-7c9d8f6b54-aaaa2'),
    podOf('checkout-7c9d8f6b54-bbbb2', { containerStatuses: [crashing] }),
    podOf('other-7c9d8f6b54-aaaa2'),
  );
  await using server = await startTestServer();
  const inPod = {
    [ATTR.serviceName]: 'checkout',
    [ATTR.serviceInstanceId]: 'checkout-7c9d8f6b54-aaaa2',
    [ATTR.podName]: 'checkout-7c9d8f6b54-aaaa2',
    [ATTR.namespaceName]: 'shop',
  };
  const process = {
    [ATTR.serviceName]: 'billing',
    [ATTR.serviceInstanceId]: 'node-1:42',
    [ATTR.processPid]: '42',
    [ATTR.processCommandLine]: 'node billing.js',
    [ATTR.processCreation]: created,
  };
  await postMetrics(server.url, metricsOf(requests(inPod, 20), requests(inPod, 3, '500'), requests(process, 10)));
  const reports = new PodReports(cluster.access(), '');
  let told = null;
  while (told === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    told = reports.take(BigInt(Date.now()) * 1_000_000n);
  }
  expect((await postMetrics(server.url, told)).status).toBe(200);
  await reports.stop();

  const client = createClient(server.url);
  const { services } = await client.services({});
  expect(services.map(({ name, instances, pods }) => [name, instances, pods])).toEqual([
    ['checkout', 1, { ready: 1, all: 2 }],
    ['billing', 1, null],
  ]);
  const { instances } = await client.instances({ name: 'checkout' });
  const podStart = Date.parse('2026-11-20T10:00:02Z');
  expect(instances).toMatchObject([
    {
      instance: 'checkout-7c9d8f6b54-aaaa2',
      source: 'kubernetes',
      status: 'Running',
      ready: 1,
      containers: 1,
      restarts: 0,
      started: podStart,
      requests: 23,
      requestShare: 1,
      errorShare: 1,
      pod: { name: 'checkout-7c9d8f6b54-aaaa2', owner: 'Deployment checkout', node: 'node-1' },
    },
    {
      instance: '',
      status: 'CrashLoopBackOff',
      ready: 0,
      restarts: 7,
      requests: 0,
      errorRate: null,
      requestShare: null,
      pod: { name: 'checkout-7c9d8f6b54-bbbb2' },
    },
  ]);
  const { instances: processes } = await client.instances({ name: 'billing' });
  expect(processes).toMatchObject([
    { source: 'process', status: 'running', restarts: 0, started: Date.parse(created), ready: null, pod: null },
  ]);
  const { host } = await client.host({ host: 'node-1' });
  expect(host.instances.map(({ service, requestShare }) => [service, requestShare])).toEqual([
    ['checkout', expect.closeTo(23 / 33, 9)],
    ['billing', expect.closeTo(10 / 33, 9)],
  ]);
  await expect(client.host({ host: 'nobody' })).rejects.toMatchObject({ code: 'SONDE_API_NOT_FOUND' });
});

test('pods as a Collector with the k8s_cluster receiver tells of them', async () => {
  await using server = await startTestServer();
  const gauge = (name: string, value: number) => ({
    name,
    unit: '1',
    data: {
      kind: 'gauge' as const,
      points: [{ attributes: {}, startTimeUnixNano: 0n, timeUnixNano: BigInt(time) * 10n ** 9n, value }],
    },
  });
  const pod = {
    [ATTR.podUid]: 'u1',
    [ATTR.podName]: 'web-0',
    [ATTR.namespaceName]: 'shop',
    'k8s.statefulset.name': 'web',
    [ATTR.nodeName]: 'node-7',
  };
  const scope = { name: 'otelcol', version: '0' };
  const of = (attributes: Record<string, string>, ...metrics: ReturnType<typeof gauge>[]) => ({
    resource: { attributes },
    scopeMetrics: [{ scope, metrics }],
  });
  const container = { ...pod, [ATTR.kubernetesContainer]: 'app', [ATTR.containerId]: 'abc' };
  const served = { [ATTR.serviceName]: 'web', [ATTR.serviceInstanceId]: 'abc', [ATTR.containerId]: 'abc' };
  const data = metricsOf(requests(served, 5));
  const response = await postMetrics(server.url, {
    ...data,
    resourceMetrics: [
      ...data.resourceMetrics,
      of(pod, gauge('k8s.pod.phase', 2)),
      of(container, gauge('k8s.container.ready', 1), gauge('k8s.container.restarts', 4)),
    ],
  });
  expect(response.status).toBe(200);
  const { instances } = await createClient(server.url).instances({ name: 'web' });
  expect(instances).toMatchObject([
    { status: 'Running', ready: 1, containers: 1, restarts: 4, started: null, pod: { name: 'web-0', node: 'node-7' } },
  ]);
  const { services } = await createClient(server.url).services({});
  expect(services.map(({ name }) => name)).toEqual(['web']);
});
