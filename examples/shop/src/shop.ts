import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareDnsmasq, prepareNats, prepareNginx, preparePostgres, prepareRedis } from './backends.ts';
import { createCgroups, unifiedMount } from './cgroup.ts';
import { accepts, type Launch, type Launched, launch, waitReady } from './launch.ts';
import { freePorts } from './ports.ts';
import { findPrograms, unprivilegedAccount } from './programs.ts';

export interface ShopOptions {
  /** Requests a second of the load generator; 0 starts none. */
  readonly rate?: number;
  /** Folder the services write the ground truth into; none is written without it. */
  readonly truth?: string;
  /** Share of charges that fail, 0..0.5: those of every second instance. */
  readonly paymentFailures?: number;
  /** Also what no visitor waits for: lookups of names, and orders announced through a broker; true without it. */
  readonly background?: boolean;
}

export interface ShopService {
  readonly name: string;
  /** What Sonde is to call it: OTEL_SERVICE_NAME where the process has one, else the name of its executable. */
  readonly reportedName: string;
  readonly pid: number;
  readonly cgroup: string;
  /** 0 where it serves nothing. */
  readonly port: number;
}

export interface Shop {
  /** Origin of the edge, `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** Path of the cgroup that holds one cgroup for each service and nothing else. */
  readonly cgroup: string;
  readonly services: readonly ShopService[];
  /** Ends every process, removes the cgroups and the temporary folder. May be called twice. */
  stop(): Promise<void>;
}

/** The shop cannot run on this machine; the message says what is missing. */
export class ShopError extends Error {
  readonly code = 'SHOP_UNAVAILABLE';
}

const NAMES = [
  'postgres',
  'redis',
  'dns',
  'broker',
  'mailer',
  'payments',
  'payments-2',
  'recommendations',
  'catalog',
  'orders',
  'gateway',
  'edge',
  'load',
] as const;
type Name = (typeof NAMES)[number];

/** Services without OTEL_SERVICE_NAME, so that the next rules of the naming order have work. */
const REPORTED: Partial<Record<Name, string>> = {
  postgres: 'postgres',
  redis: 'redis-server',
  dns: 'dnsmasq',
  broker: 'nats-server',
  edge: 'nginx',
};

/** Of services with several instances, all but the first. */
const INSTANCE_OF: Partial<Record<Name, Name>> = { 'payments-2': 'payments' };

/** What the others ask: started before them. */
const BACKENDS: readonly Name[] = ['postgres', 'redis', 'dns', 'broker'];
const BACKGROUND: readonly Name[] = ['dns', 'broker', 'mailer'];

const GUARD = fileURLToPath(new URL('./guard.sh', import.meta.url));

/**
 * Starts the shop on free ports of 127.0.0.1, every process in its own cgroup, and waits until each one is ready.
 * A guard outside the cgroup takes everything away on `stop()` and when this process ends in any other way.
 * @throws ShopError without root, without the unified cgroup hierarchy or without one of the programs.
 */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const { rate = 40, truth, paymentFailures = 0.1, background = true } = options;
  if (process.getuid?.() !== 0) throw new ShopError('the shop needs root: it makes cgroups and changes accounts');
  const mount = unifiedMount();
  if (!mount) throw new ShopError('the unified cgroup hierarchy (cgroup v2) is not mounted');
  const { programs, missing } = findPrograms();
  if (missing.length > 0) throw new ShopError(`not installed: ${missing.join(', ')}`);

  const names = NAMES.filter((name) => (name !== 'load' || rate > 0) && (background || !BACKGROUND.includes(name)));
  const folder = await mkdtemp(join(tmpdir(), 'sonde-shop-'));
  const logs = join(folder, 'logs');
  const cgroup = createCgroups(mount, `shop-${randomBytes(4).toString('hex')}`, names);
  const stop = startGuard(cgroup, folder);
  const launched: Launched[] = [];

  async function stopAll(): Promise<void> {
    await stop();
    await Promise.all(launched.map(({ exited }) => exited));
  }

  try {
    await chmod(folder, 0o711);
    await mkdir(logs);
    const ports = await assignPorts();
    const account = unprivilegedAccount();
    const commands: Record<Name, readonly string[]> = {
      postgres: await preparePostgres(programs, account, folder, ports.postgres),
      redis: prepareRedis(programs, account, ports.redis),
      dns: prepareDnsmasq(programs, account, ports.dns),
      broker: prepareNats(programs, account, ports.broker),
      mailer: node('mailer.ts'),
      edge: await prepareNginx(programs, account, folder, ports, truth),
      catalog: [programs.python, '-B', source('catalog.py')],
      payments: node('payments.ts'),
      'payments-2': node('payments.ts'),
      recommendations: node('recommendations.ts'),
      orders: node('orders.ts'),
      gateway: node('gateway.ts'),
      load: node('load.ts'),
    };
    const shared = {
      ...(truth && { SHOP_TRUTH: truth }),
      ...Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}`])),
      ADS_URL: `http://127.0.0.1:${ports.ads}`,
      REDIS_PORT: String(ports.redis),
      POSTGRES_PORT: String(ports.postgres),
      ...(background && { DNS_PORT: String(ports.dns), BROKER_PORT: String(ports.broker) }),
      PAYMENTS_URL: [ports.payments, ports['payments-2']].map((port) => `http://127.0.0.1:${port}`).join(),
      SHOP_RATE: String(rate),
    };

    const start = async (name: Name): Promise<ShopService> => {
      const service = INSTANCE_OF[name] ?? name;
      // One instance of payments is broken, the other one is well.
      const failures = name === 'payments-2' ? Math.min(1, 2 * paymentFailures) : 0;
      const own = { SHOP_SERVICE: service, SHOP_PORT: String(ports[name]), PAYMENTS_FAILURE_RATE: String(failures) };
      const environment = REPORTED[name] ? {} : { ...shared, ...own, OTEL_SERVICE_NAME: service };
      const port = name === 'load' ? 0 : ports[name];
      const plan: Launch = { name, command: commands[name], environment, port };
      const process = launch(plan, join(cgroup, name), logs);
      launched.push(process);
      await waitReady(plan, process, logs, () => isReady(name, port, folder));
      return { name, reportedName: REPORTED[name] ?? service, pid: process.pid, cgroup: join(cgroup, name), port };
    };
    const backends = await Promise.all(names.filter((name) => BACKENDS.includes(name)).map(start));
    const front = names.filter((name) => !BACKENDS.includes(name) && name !== 'load');
    const services = [...backends, ...(await Promise.all(front.map(start)))];
    if (rate > 0) services.push(await start('load'));
    return { address: `http://127.0.0.1:${ports.edge}`, cgroup, services, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** One port for each service, and one for the advertising service, on which nobody listens. */
async function assignPorts(): Promise<Record<Name | 'ads', number>> {
  const names = [...NAMES, 'ads'] as const;
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<Name | 'ads', number>;
}

function isReady(name: Name, port: number, folder: string): Promise<boolean> | boolean {
  if (name === 'postgres') {
    const file = join(folder, 'postgres', 'postmaster.pid');
    return existsSync(file) && /^ready\s*$/m.test(readFileSync(file, 'utf8'));
  }
  return port === 0 || accepts(port);
}

function source(name: string): string {
  return fileURLToPath(new URL(`./services/${name}`, import.meta.url));
}

function node(name: string): string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', source(name)];
}

/** The guard cleans up when its standard input ends, which the kernel sees to even if this process is killed. */
function startGuard(cgroup: string, folder: string): () => Promise<void> {
  const guard = spawn('/bin/sh', [GUARD, cgroup, folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<void>((resolve, reject) => {
    guard.once('exit', () => resolve());
    guard.once('error', reject);
  });
  exited.catch(() => rm(folder, { recursive: true, force: true }));
  return () => {
    guard.stdin.end();
    return exited;
  };
}
