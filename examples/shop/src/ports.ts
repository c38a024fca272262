import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Distinct free TCP ports of 127.0.0.1 below the range from which the kernel takes ports for outgoing connections. */
export async function freePorts(count: number): Promise<number[]> {
  const ceiling = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_240, Math.max(ceiling, 20_480));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
