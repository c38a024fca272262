import type { InstanceSeen, InstanceStart, PodRow } from '@sonde/store';
import { expect, test } from 'vitest';
import { restartsOf } from './instances.ts';
import { PodIndex, podCounts } from './pods.ts';

const END = 100_000;

const seen = (change: Partial<InstanceSeen> = {}): InstanceSeen => ({
  service: 'shop',
  instance: 'node-1:42',
  host: 'node-1',
  container: '',
  containerName: '',
  pod: '',
  namespace: '',
  pid: '42',
  executable: 'node',
  command: 'node shop.js',
  started: 90_000,
  lastSeen: END,
  ...change,
});

const start = (started: number, lastSeen: number, change: Partial<InstanceStart> = {}): InstanceStart => ({
  service: 'shop',
  instance: 'node-1:41',
  container: '',
  host: 'node-1',
  command: 'node shop.js',
  started,
  lastSeen,
  ...change,
});

test('a process was restarted as often as the same command ended before it on its host', () => {
  const own = start(90_000, END, { instance: 'node-1:42' });
  const ended = [start(10_000, 50_000), start(50_005, 90_020)];
  expect(restartsOf(seen(), [own, ...ended], END)).toBe(2);
  const besides = [
    start(80_000, END),
    start(10_000, 50_000, { host: 'node-2' }),
    start(10_000, 50_000, { command: 'node other.js' }),
  ];
  expect(restartsOf(seen(), [own, ...besides], END)).toBe(0);
});

test('a replica that ended long after the process began was none of its lives', () => {
  expect(restartsOf(seen(), [start(10_000, 95_000)], END)).toBe(0);
});

test('a container was restarted as often as its process started before, whatever ran beside it', () => {
  const container = seen({ instance: 'c0ffee', container: 'c0ffee', containerName: 'app' });
  const of = (started: number, name = 'app') => start(started, END, { instance: 'c0ffee', container: name });
  expect(restartsOf(container, [of(90_000), of(60_000), of(30_000), of(20_000, 'proxy')], END)).toBe(2);
});

const pod = (name: string, change: Partial<PodRow> = {}): PodRow => ({
  uid: `uid-${name}`,
  namespace: 'shop',
  name,
  node: 'node-1',
  ip: '',
  status: 'Running',
  ready: 1,
  containers: 1,
  restarts: 0,
  started: 1,
  deleted: 0,
  ownerKind: 'Deployment',
  owner: name.replace(/-.*/, ''),
  containerIds: [],
  lastSeen: END,
  ...change,
});

test('a pod is found by container, by name in its namespace, and by address; a name used again is the newest', () => {
  const old = pod('web-1', { uid: 'old', lastSeen: 5, ip: '10.1.1.1' });
  const index = new PodIndex([
    old,
    pod('web-1', { containerIds: ['abc'] }),
    pod('web-1', { uid: 'far', namespace: 'test' }),
  ]);
  expect(index.find({ container: 'abc' })?.uid).toBe('uid-web-1');
  expect(index.find({ container: '', pod: 'web-1', namespace: 'test' })?.uid).toBe('far');
  expect(index.find({ container: '', pod: 'web-1', namespace: 'shop' })?.uid).toBe('uid-web-1');
  expect(index.find({ container: '', address: '10.1.1.1:8080' })?.uid).toBe('old');
  expect(index.find({ container: 'nothing' })).toBeUndefined();
});

test('pods of a service are all of its workloads; deleted ones do not count', () => {
  const pods = [
    pod('web-1'),
    pod('web-2', { ready: 0, status: 'CrashLoopBackOff' }),
    pod('web-3', { deleted: 99 }),
    pod('db-1'),
  ];
  const counts = podCounts([seen({ service: 'web', pod: 'web-1' }), seen({ service: 'cron' })], pods);
  expect(counts.get('web')).toEqual({ instances: 1, pods: { ready: 1, all: 2 } });
  expect(counts.get('cron')).toEqual({ instances: 1, pods: null });
});
