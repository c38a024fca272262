import { expect, test } from 'vitest';
import { parseCgroup } from './cgroup.ts';

const A = 'a1'.repeat(32);
const B = 'b2'.repeat(32);

/** name, /proc/<pid>/cgroup, container id, systemd unit */
test.each([
  ['docker, v2', `0::/system.slice/docker-${A}.scope\n`, A, ''],
  ['docker, v2, cgroupfs driver', `0::/docker/${A}\n`, A, ''],
  ['docker, v1', `12:cpu,cpuacct:/docker/${A}\n1:name=systemd:/docker/${A}\n`, A, ''],
  ['docker, v1, subgroup', `2:memory:/docker/${A}/worker\n`, A, ''],
  [
    'containerd in a pod',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_34.slice/cri-containerd-${A}.scope`,
    A,
    '',
  ],
  ['containerd in a pod, cgroupfs driver', `11:pids:/kubepods/besteffort/pod12-34/${A}`, A, ''],
  [
    'containerd, plain',
    `0::/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:${A}`,
    A,
    'containerd',
  ],
  ['CRI-O', `0::/kubepods.slice/kubepods-pod1.slice/crio-${A}.scope/container`, A, ''],
  ['Podman', `0::/machine.slice/libpod-${A}.scope/container`, A, ''],
  ['rootless Podman', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope`, A, 'user@1000'],
  ['ECS', `9:perf_event:/ecs/1234abcd/${A}`, A, ''],
  ['Fargate', `9:memory:/ecs/${'c3'.repeat(16)}/${'c3'.repeat(16)}-1234567890`, `${'c3'.repeat(16)}-1234567890`, ''],
  [
    'a container in a container: the inner one',
    `0::/docker/${A}/kubelet/kubepods/pod1/cri-containerd-${B}.scope`,
    B,
    '',
  ],
  ['the monitor of a container is outside of it', `0::/machine.slice/libpod-conmon-${A}.scope`, '', ''],
  ['agent without host cgroup namespace', `0::/../../kubepods-pod1.slice/cri-containerd-${A}.scope`, A, ''],
  ['systemd service', '0::/system.slice/nginx.service\n', '', 'nginx'],
  ['systemd service with a subgroup', '0::/system.slice/postgresql.service/backend', '', 'postgresql'],
  ['systemd instance, escaped', '0::/system.slice/system-app.slice/app@my\\x2dshop.service', '', 'app@my-shop'],
  ['systemd user service', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service', '', 'shop'],
  ['systemd on v1', '2:cpu:/\n1:name=systemd:/system.slice/redis.service', '', 'redis'],
  ['systemd, hybrid', '1:name=systemd:/system.slice/redis.service\n0::/', '', 'redis'],
  ['a session', '0::/user.slice/user-0.slice/session-1.scope', '', ''],
  ['64 hex digits inside a longer name are no id', `0::/docker/${A}00`, '', ''],
  ['nothing', '', '', ''],
  ['not a cgroup file', 'hello\nworld:', '', ''],
])('%s', (_, text, containerId, systemdUnit) => {
  expect(parseCgroup(text)).toMatchObject({ containerId, systemdUnit });
});

test.each([
  ['unified', '0::/shop/edge\n', '/shop/edge'],
  ['hybrid, in use', '4:memory:/old\n0::/shop\n', '/shop'],
  ['hybrid, v1 holds the container', `4:memory:/docker/${A}\n1:name=systemd:/\n0::/\n`, `/docker/${A}`],
  ['v1 only', '4:memory:/m\n1:name=systemd:/s\n', '/s'],
  ['v1 without systemd', '4:memory:/m\n3:cpu:/c\n', '/m'],
  ['root', '0::/', '/'],
  ['a path with colons', '0::/a:b:c', '/a:b:c'],
])('path: %s', (_, text, path) => expect(parseCgroup(text).path).toBe(path));

test('Kubernetes and LXC are recognised', () => {
  expect(parseCgroup(`0::/kubepods/pod1/${A}`).kubernetes).toBe(true);
  expect(parseCgroup(`0::/docker/${A}`).kubernetes).toBe(false);
  expect(parseCgroup('0::/lxc.payload.shop/system.slice/x.service').containerName).toBe('shop');
  expect(parseCgroup('3:cpu:/lxc/db\n').containerName).toBe('db');
});
