import { readFileSync } from 'node:fs';
import { BpfError } from '@sonde/libbpf';
import type { ProcessWatcher } from '../capture/process-watcher.ts';
import type { AgentConfig } from '../config.ts';
import { executableOf, hasSocket } from '../enrich/process-facts.ts';
import { findCPython, isPython } from './cpython.ts';
import { findGo, isGo } from './go.ts';
import type { Runtime, RuntimeKernel } from './runtime.ts';

/** Processes that are remembered to have no runtime. */
const MAX_WITHOUT = 16_384;

/** How the tasks of a process are known: `births` with lineage, `read` without, `over_budget` no more. */
export type RuntimeState = 'births' | 'read' | 'over_budget';

interface Watched {
  readonly runtime: Runtime;
  state: RuntimeState;
  /** Whether it is let go: what is attached from then on goes at once. */
  isOver: boolean;
  readonly uprobes: AsyncDisposable[];
  births: number;
}

export interface RuntimeCount {
  readonly runtime: Runtime['name'];
  readonly state: RuntimeState;
  readonly processes: number;
}

/**
 * Finds out which observed processes have a runtime with tasks of its own, once for each when it listens or is first
 * called, and makes it known to the kernel. Others have nothing to link; to attach a uprobe, and to detach it, takes long,
 * and is done beside other work.
 */
export class Runtimes implements ProcessWatcher, AsyncDisposable {
  readonly #kernel: RuntimeKernel;
  readonly #config: AgentConfig['runtimes'];
  readonly #proc: string;
  readonly #without = new Set<number>();
  readonly #watched = new Map<number, Watched>();
  readonly #attaching = new Set<Promise<void>>();
  /** ms */
  #swept = performance.now();

  constructor(kernel: RuntimeKernel, config: AgentConfig['runtimes'], proc = '/proc') {
    this.#kernel = kernel;
    this.#config = config;
    this.#proc = proc;
  }

  /** Processes that run already: those with a socket that look like a runtime, the others once they are called. */
  running(pids: readonly number[]): void {
    for (const pid of pids) {
      const looksLike = isPython(executableOf(this.#proc, pid)) || isGo(`${this.#proc}/${pid}/exe`);
      if (looksLike && hasSocket(this.#proc, pid)) this.serves(pid);
    }
  }

  serves(pid: number): void {
    if (this.#without.has(pid) || this.#watched.has(pid)) return;
    const runtime = this.#find(pid);
    if (runtime === null) {
      if (this.#without.size >= MAX_WITHOUT) this.#without.clear();
      this.#without.add(pid);
    } else this.#watch(pid, runtime);
  }

  /** The kernel has forgotten it, or gave a fork what its parent has. */
  changed(pid: number): void {
    this.#without.delete(pid);
    const watched = this.#watched.get(pid);
    if (watched !== undefined) void detach(watched);
    this.#watched.delete(pid);
  }

  /** Lets go of processes whose uprobes run more often than it may. Called once per interval. */
  sweep(): void {
    const now = performance.now();
    const seconds = (now - this.#swept) / 1000;
    this.#swept = now;
    for (const [pid, watched] of this.#watched) {
      if (watched.uprobes.length === 0) continue;
      const births = this.#kernel.births(pid);
      const rate = (births - watched.births) / seconds;
      watched.births = births;
      if (rate > this.#config[watched.runtime.name].birthsPerSecond) this.#letGo(pid, watched);
    }
  }

  /** Processes by runtime and state. */
  counts(): RuntimeCount[] {
    const groups = Map.groupBy(this.#watched.values(), ({ runtime, state }) => `${runtime.name} ${state}`);
    return [...groups.values()].map(([{ runtime, state }, ...others]) => {
      return { runtime: runtime.name, state, processes: 1 + others.length };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#watched.values()].map(detach));
    await Promise.all(this.#attaching);
    this.#watched.clear();
  }

  #find(pid: number): Runtime | null {
    let maps: string;
    try {
      maps = readFileSync(`${this.#proc}/${pid}/maps`, 'utf8');
    } catch {
      return null; // it has ended
    }
    const files = new Map<string, number>();
    for (const line of maps.split('\n')) {
      const path = line.indexOf('/');
      if (path > 0 && !files.has(line.slice(path))) files.set(line.slice(path), Number.parseInt(line, 16));
    }
    const cpython = this.#config.cpython.enabled ? findCPython([...files.keys()], `${this.#proc}/${pid}/root`) : null;
    if (cpython !== null || !this.#config.go.enabled) return cpython;
    return findGo(`${this.#proc}/${pid}/exe`, files.get(executableOf(this.#proc, pid)) ?? 0);
  }

  #watch(pid: number, runtime: Runtime): void {
    const watched: Watched = { runtime, state: 'read', isOver: false, uprobes: [], births: 0 };
    this.#watched.set(pid, watched);
    try {
      this.#kernel.setRuntime(pid, runtime);
    } catch (error) {
      if (!(error instanceof BpfError)) throw error; // no room: it goes on without
      return;
    }
    if (!this.#config[runtime.name].uprobes) return;
    const attached = this.#attach(pid, watched).finally(() => this.#attaching.delete(attached));
    this.#attaching.add(attached);
  }

  async #attach(pid: number, watched: Watched): Promise<void> {
    try {
      for (const probe of watched.runtime.probes) {
        if (watched.isOver) return;
        watched.uprobes.push(await this.#kernel.attachProbe(pid, probe));
      }
      watched.state = 'births';
    } catch (error) {
      if (!(error instanceof BpfError)) throw error; // refused: it goes on without
    } finally {
      if (watched.isOver) await detach(watched);
    }
  }

  /** Tasks without births could be taken for others: the process is linked by its threads again. */
  #letGo(pid: number, watched: Watched): void {
    void detach(watched);
    watched.state = 'over_budget';
    this.#kernel.removeRuntime(pid);
  }
}

async function detach(watched: Watched): Promise<void> {
  watched.isOver = true;
  await Promise.all(watched.uprobes.splice(0).map((uprobe) => uprobe[Symbol.asyncDispose]()));
}
