import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ContainerNames } from './container-names.ts';

const ID = 'd4'.repeat(32);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sonde-root-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

const overlay = 'var/lib/containers/storage/overlay-containers';

test.each<[string, string, unknown, [string, string, string]]>([
  [
    'Docker',
    `var/lib/docker/containers/${ID}/config.v2.json`,
    { Name: '/cart', Config: { Labels: null } },
    ['cart', '', ''],
  ],
  [
    'Docker Compose',
    `var/lib/docker/containers/${ID}/config.v2.json`,
    { Name: '/shop-cart-1', Config: { Labels: { 'com.docker.compose.service': 'cart' } } },
    ['cart', '', ''],
  ],
  [
    'containerd',
    `run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`,
    {
      annotations: {
        'io.kubernetes.cri.container-name': 'cart',
        'io.kubernetes.cri.sandbox-name': 'cart-0',
        'io.kubernetes.cri.sandbox-namespace': 'shop',
      },
    },
    ['cart', 'cart-0', 'shop'],
  ],
  [
    'CRI-O',
    `${overlay}/${ID}/userdata/config.json`,
    {
      annotations: {
        'io.kubernetes.container.name': 'cart',
        'io.kubernetes.pod.name': 'cart-0',
        'io.kubernetes.pod.namespace': 'shop',
      },
    },
    ['cart', 'cart-0', 'shop'],
  ],
  ['Podman', `${overlay}/containers.json`, [{ id: 'x' }, { id: ID, names: ['cart'] }], ['cart', '', '']],
])('%s', (_, path, content, [name, podName, namespaceName]) => {
  write(path, content);
  expect(new ContainerNames(root).lookup(ID)).toEqual({ name, podName, namespaceName });
});

test('the kubelet', () => {
  mkdirSync(join(root, 'var/log/containers'), { recursive: true });
  symlinkSync('/nowhere', join(root, `var/log/containers/cart-0_shop_main-${ID}.log`));
  expect(new ContainerNames(root).lookup(ID)).toEqual({ name: 'main', podName: 'cart-0', namespaceName: 'shop' });
});

test('unknown and unreadable containers', () => {
  write(`var/lib/docker/containers/${ID}/config.v2.json`, 'a string');
  write(`${overlay}/containers.json`, { id: ID });
  const names = new ContainerNames(root);
  expect(names.lookup('0'.repeat(64))).toBeNull();
  expect(names.lookup(ID)?.name ?? '').toBe('');
});
