import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type SpanRow, Store } from '@sonde/store';
import { expect } from 'vitest';
import { type Place, placesOf } from '../../packages/server/src/answers/trace-tree.ts';
import { observes } from '../e2e/processes.ts';
import { joinRouter, translate } from './nat.ts';
import { Sandbox } from './sandbox.ts';

const SONDE = join(import.meta.dirname, '../../sonde');
const INTAKE_PORT = 4318;

/** A host of a test: a network namespace, a host name, and a cgroup that its agent sees and nothing else. */
export interface Host {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly netns: string;
  /** Where the others reach port 8080 of it, as port 80: DNAT and masquerade on the way. */
  readonly virtualAddress: string;
}

/** A trace with the place of each span that hangs below another, by span id. */
export interface Trace {
  readonly spans: readonly SpanRow[];
  readonly places: ReadonlyMap<string, Place>;
}

/** Hosts around a router that translates all addresses; the server runs on the router. */
export class Hosts implements AsyncDisposable {
  readonly all: readonly Host[];
  readonly #center = new Sandbox();
  readonly #store = join(this.#center.folder, 'store');
  readonly #router = this.#center.namespace();
  readonly #sonde = new Set<ChildProcess>();

  constructor(names: readonly string[]) {
    this.all = names.map((name, index) => {
      const sandbox = new Sandbox();
      const netns = sandbox.namespace();
      joinRouter(netns, this.#router, index + 1);
      return { name, sandbox, netns, virtualAddress: `10.96.0.${index + 1}` };
    });
    translate(
      this.#router,
      this.all.map(({ virtualAddress }, index) => [virtualAddress, `10.${index + 1}.0.2`]),
    );
  }

  /** Starts the server and waits until it listens. */
  async startServer(): Promise<void> {
    const child = this.#start(this.#router, 'router', ['server'], {
      SONDE_SERVER_HOST: '0.0.0.0',
      SONDE_SERVER_INTAKE_PORT: String(INTAKE_PORT),
      SONDE_SERVER_LOG_LEVEL: 'warn',
      SONDE_SERVER_STORE_PATH: this.#store,
    });
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
    expect(child.exitCode).toBeNull();
  }

  /** Starts the agent of a host and waits until its probes are in the kernel. */
  async startAgent(host: Host): Promise<ChildProcess> {
    const spool = spoolOf(host);
    const child = this.#start(host.netns, host.name, ['agent', '--cgroup', host.sandbox.cgroup], {
      SONDE_AGENT_SERVER_URL: `http://10.${this.all.indexOf(host) + 1}.0.1:${INTAKE_PORT}`,
      SONDE_AGENT_SPOOL_PATH: spool,
      SONDE_AGENT_INTERVAL: '1000',
      SONDE_AGENT_SPANS_PER_SECOND: '100000',
    });
    await expect.poll(() => observes([child.pid!], spool), { timeout: 90_000 }).toBe(true);
    return child;
  }

  /** Ends agents once they have sent all that they have: what they could not send in time the next one does. */
  async endAgents(agents: readonly ChildProcess[]): Promise<void> {
    await Promise.all(agents.map((agent) => end(agent, 'SIGTERM')));
    for (const host of this.all) {
      const waiting = () => readdirSync(spoolOf(host)).filter((name) => name !== 'agent.lock');
      if (waiting().length === 0) continue;
      const next = await this.startAgent(host);
      await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toEqual([]);
      await end(next, 'SIGTERM');
    }
  }

  /** What `sonde doctor` prints on a host. */
  async doctor(host: Host): Promise<string> {
    const child = this.#start(host.netns, host.name, ['doctor'], {});
    return Buffer.concat(await child.stdout!.toArray()).toString();
  }

  /** Ends the server and reads what it stored, put together as its pages show it. */
  async readTraces(): Promise<Trace[]> {
    for (const child of this.#sonde) await end(child, 'SIGTERM');
    const store = await Store.open({ path: this.#store });
    try {
      const { spans } = await store.spansSince(Math.floor(Date.now() / 1000) - 600, 1_000_000);
      const ids = [...new Set(spans.map(({ traceId }) => traceId))];
      const [names, links] = [await store.traceNames(ids), await store.linksOfTraces(ids)];
      const traces = Map.groupBy(spans, ({ traceId }) => names.get(traceId) ?? traceId);
      return [...traces.values()].map((spans) => ({ spans, places: placesOf(spans, links) }));
    } finally {
      await store.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#sonde) await end(child, 'SIGKILL');
    for (const { sandbox } of this.all) await sandbox[Symbol.asyncDispose]();
    await this.#center[Symbol.asyncDispose]();
  }

  #start(netns: string, name: string, words: readonly string[], environment: Record<string, string>): ChildProcess {
    const named = ['unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', name];
    const child = spawn('nsenter', [`--net=/run/netns/${netns}`, ...named, SONDE, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    this.#sonde.add(child);
    return child;
  }
}

const spoolOf = ({ sandbox }: Host) => join(sandbox.folder, 'spool');

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
