import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { podOf, TestCluster } from './api.case.ts';
import { inCluster } from './api.ts';
import { PodWatch } from './pod-watch.ts';
import { PodReports } from './pods.ts';

const running = (watch: PodWatch) =>
  watch
    .pods()
    .filter(({ deleted }) => deleted === '')
    .map(({ name, status }) => `${name} ${status}`)
    .sort();

async function watching(cluster: TestCluster, node = '') {
  const watch = new PodWatch(cluster.access(), { node, retry: 10 });
  await expect.poll(() => cluster.watchers).toBe(1);
  return Object.assign(watch, { [Symbol.asyncDispose]: () => watch.stop() });
}

test('pods are listed in pages, then followed', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'), podOf('b-1'), podOf('c-1', { phase: 'Pending' }));
  cluster.page = 2;
  await using watch = await watching(cluster);
  expect(running(watch)).toEqual(['a-1 Running', 'b-1 Running', 'c-1 Pending']);
  expect(cluster.asked.filter((path) => !path.includes('watch='))).toHaveLength(2);
  cluster.put(podOf('d-1'));
  cluster.put(
    podOf('a-1', { containerStatuses: [{ name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } }] }),
  );
  cluster.remove('b-1');
  await expect.poll(() => running(watch)).toEqual(['a-1 CrashLoopBackOff', 'c-1 Pending', 'd-1 Running']);
  expect(watch.pods().find(({ name }) => name === 'b-1')?.deleted).toMatch(/^\d{4}-/);
  expect(
    watch
      .pods(Date.now() + 301_000)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['a-1', 'c-1', 'd-1']);
});

test('a watch that was cut is taken up where it ended', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'));
  await using watch = await watching(cluster);
  cluster.cut();
  const watches = () => cluster.asked.filter((path) => path.includes('watch=')).length;
  await expect.poll(watches).toBe(2);
  await expect.poll(() => cluster.watchers).toBe(1);
  cluster.put(podOf('b-1'));
  await expect.poll(() => running(watch)).toEqual(['a-1 Running', 'b-1 Running']);
  expect(cluster.asked.filter((path) => !path.includes('watch='))).toHaveLength(1);
});

test('what an API server has forgotten is listed again: a pod nobody told of is gone', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'), podOf('b-1'));
  await using watch = await watching(cluster);
  cluster.forget('a-1');
  await expect.poll(() => running(watch)).toEqual(['b-1 Running']);
});

test('only the pods of one node', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'), podOf('b-1', { node: 'node-2' }));
  await using watch = await watching(cluster, 'node-2');
  expect(running(watch)).toEqual(['b-1 Running']);
});

test('a refusal is no end: it is told and tried again', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'));
  let token = 'old';
  const watch = new PodWatch({ ...cluster.access(), token: () => token }, { node: '', retry: 10 });
  await expect.poll(() => watch.problem).toMatch(/answered 401/);
  token = 'secret';
  await expect.poll(() => running(watch)).toEqual(['a-1 Running']);
  expect(watch.problem).toBe('');
  await watch.stop();
});

test('outside of a cluster nobody is asked; in one its service account is used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-account-'));
  const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
  expect(inCluster({}, folder)).toBeNull();
  expect(inCluster(environment, folder)).toBeNull();
  writeFileSync(join(folder, 'token'), 'abc\n');
  const access = inCluster(environment, folder);
  expect([access?.url.href, access?.token(), access?.ca]).toEqual(['https://[fd00::1]:6443/', 'abc', null]);
  writeFileSync(join(folder, 'token'), 'renewed\n');
  expect(access?.token()).toBe('renewed');
  rmSync(folder, { recursive: true });
});

test('a pod is told when it changed, and else once a minute', async () => {
  await using cluster = await TestCluster.start(podOf('a-1'), podOf('b-1'));
  const reports = new PodReports(cluster.access(), '');
  const told = (seconds: number) =>
    reports
      .take(BigInt(Date.now() + seconds * 1000) * 1_000_000n)
      ?.resourceMetrics.flatMap(({ resource, scopeMetrics }) => {
        const { 'k8s.pod.name': pod, 'k8s.container.name': container } = resource.attributes;
        return scopeMetrics[0].metrics.map(({ name, data }) => {
          const { value } = data.points[0] as { value: number };
          return `${[pod, container].filter(Boolean).join('/')} ${name} ${value}`;
        });
      });
  await expect.poll(() => told(0)?.length).toBe(6);
  expect(told(10)).toBeUndefined();
  const failed = { name: 'app', ready: false, restartCount: 4, state: { terminated: { reason: 'OOMKilled' } } };
  cluster.put(podOf('b-1', { containerStatuses: [failed] }));
  await expect
    .poll(() => told(20))
    .toEqual(['b-1 k8s.pod.status.phase 1', 'b-1/app k8s.container.ready 0', 'b-1/app k8s.container.restart.count 4']);
  expect(told(65)).toHaveLength(3);
  await reports.stop();
});
