import { execFileSync } from 'node:child_process';
import type { Sandbox } from './sandbox.ts';

/** Two hosts as network namespaces with a router between them. */
export interface Network {
  readonly client: string;
  readonly server: string;
  /** Where the server listens. */
  readonly serverAddress: string;
  /** Where clients connect to: DNAT to the server's port 8080, masquerade of the client. */
  readonly virtualAddress: string;
}

/** Without NAT the client reaches `serverAddress` by plain routing, with it also `virtualAddress` port 80. */
export function makeNetwork(sandbox: Sandbox): Network {
  const [client, router, server] = [sandbox.namespace(), sandbox.namespace(), sandbox.namespace()];
  const ip = (...args: string[]) => execFileSync('ip', args);
  const join = (netns: string, name: string, address: string, peer: string, peerAddress: string) => {
    ip('-n', netns, 'link', 'add', name, 'type', 'veth', 'peer', 'name', peer, 'netns', router);
    ip('-n', netns, 'addr', 'add', `${address}/24`, 'dev', name);
    ip('-n', router, 'addr', 'add', `${peerAddress}/24`, 'dev', peer);
    ip('-n', netns, 'link', 'set', name, 'up');
    ip('-n', router, 'link', 'set', peer, 'up');
    ip('-n', netns, 'route', 'add', 'default', 'via', peerAddress);
  };
  join(client, 'eth0', '10.1.0.2', 'left', '10.1.0.1');
  join(server, 'eth0', '10.2.0.2', 'right', '10.2.0.1');
  execFileSync('ip', ['netns', 'exec', router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']);
  const rules = `table ip nat {
    chain in { type nat hook prerouting priority -100; ip daddr 10.96.2.86 tcp dport 80 dnat to 10.2.0.2:8080; }
    chain out { type nat hook postrouting priority 100; ip daddr 10.2.0.2 tcp dport 8080 masquerade; }
  }`;
  execFileSync('ip', ['netns', 'exec', router, 'nft', '-f', '-'], { input: rules });
  return { client, server, serverAddress: '10.2.0.2', virtualAddress: '10.96.2.86' };
}
