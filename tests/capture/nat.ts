import { execFileSync } from 'node:child_process';
import type { Sandbox } from './sandbox.ts';

/** Two hosts as network namespaces with a router between them. */
export interface Network {
  readonly client: string;
  readonly server: string;
  readonly router: string;
  /** Where the server listens. */
  readonly serverAddress: string;
  /** Where clients connect to: DNAT to the server's port 8080, masquerade of the client. */
  readonly virtualAddress: string;
}

/** Connects a namespace, as 10.N.0.2 on `eth0`, to a router, as 10.N.0.1 on `port-N`. */
export function joinRouter(netns: string, router: string, n: number): void {
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('-n', netns, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `port-${n}`, 'netns', router);
  ip('-n', netns, 'addr', 'add', `10.${n}.0.2/24`, 'dev', 'eth0');
  ip('-n', router, 'addr', 'add', `10.${n}.0.1/24`, 'dev', `port-${n}`);
  ip('-n', netns, 'link', 'set', 'eth0', 'up');
  ip('-n', router, 'link', 'set', `port-${n}`, 'up');
  ip('-n', netns, 'route', 'add', 'default', 'via', `10.${n}.0.1`);
}

/** Has a router forward, and translate port 80 of each virtual address to port 8080 of the real one, and both ways. */
export function translate(router: string, addresses: readonly (readonly [virtual: string, real: string])[]): void {
  execFileSync('ip', ['netns', 'exec', router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']);
  const dnat = addresses.map(([virtual, real]) => `ip daddr ${virtual} tcp dport 80 dnat to ${real}:8080;`);
  const masquerade = addresses.map(([, real]) => `ip daddr ${real} tcp dport 8080 masquerade;`);
  const rules = `table ip nat {
    chain in { type nat hook prerouting priority -100; ${dnat.join(' ')} }
    chain out { type nat hook postrouting priority 100; ${masquerade.join(' ')} }
  }`;
  applyRules(router, rules);
}

/** Adds nftables rules to a namespace. */
export function applyRules(netns: string, rules: string): void {
  execFileSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input: rules });
}

/** Without NAT the client reaches `serverAddress` by plain routing, with it also `virtualAddress` port 80. */
export function makeNetwork(sandbox: Sandbox): Network {
  const [client, router, server] = [sandbox.namespace(), sandbox.namespace(), sandbox.namespace()];
  joinRouter(client, router, 1);
  joinRouter(server, router, 2);
  const [serverAddress, virtualAddress] = ['10.2.0.2', '10.96.2.86'];
  translate(router, [[virtualAddress, serverAddress]]);
  return { client, server, router, serverAddress, virtualAddress };
}
