import { hostname } from 'node:os';
import { basename } from 'node:path';
import { ContainerNames } from './container-names.ts';
import { bootTimeOf, epochOf, executableOf, type ProcessFacts, readProcess, startTimeOf } from './process-facts.ts';
import { redactCommandLine } from './redact.ts';
import { otelAttributes, podName, type ServiceNameSource, serviceName } from './service-name.ts';

/** Who a process is. '' means "does not apply" or "could not be read". */
export interface ProcessIdentity {
  readonly kind: 'process';
  readonly pid: number;
  /** Clock ticks since boot, -1 where unknown. */
  readonly startTime: number;
  /** Path of the executable as the process sees it. */
  readonly executable: string;
  /** Without secrets. */
  readonly commandLine: string;
  readonly containerId: string;
  readonly containerName: string;
  readonly podName: string;
  readonly namespaceName: string;
  readonly cgroupPath: string;
  readonly serviceName: string;
  readonly serviceNameSource: ServiceNameSource;
  /** One for all processes of a container, pod, or master with its workers. */
  readonly instanceId: string;
  /** When the process that leads the instance started, ms since the epoch; 0 where unknown. */
  readonly instanceStart: number;
  readonly hostName: string;
}

export interface ProcessTableOptions {
  /** Where the host's process file system is mounted. */
  readonly proc: string;
  /** Where the host's file system is seen. */
  readonly root: string;
  readonly hostName: string;
  /** Processes remembered. */
  readonly maxProcesses: number;
  /** How long an exited process is remembered, in ms; its records come later than its end. */
  readonly keepExited: number;
  /** How long an identity is trusted before the start time is compared again, in ms. */
  readonly recheck: number;
  /** In ms. */
  readonly now: () => number;
}

const DEFAULTS: Omit<ProcessTableOptions, 'hostName'> = {
  proc: '/proc',
  root: '/',
  maxProcesses: 16_384,
  keepExited: 30_000,
  recheck: 10_000,
  now: () => performance.now(),
};

/** An exited or unreadable process is looked for again after so long, in ms: its pid may be somebody else's by then. */
const RECHECK_GONE = 1_000;

/** Generations of processes searched for the one that leads. */
const MAX_ANCESTORS = 8;

interface Entry {
  readonly identity: ProcessIdentity;
  checkAt: number;
  /** When to forget it; Infinity while it runs. */
  forgetAt: number;
}

export interface ProcessTableStats {
  readonly size: number;
  /** Processes that had vanished before they could be read. */
  readonly vanished: number;
}

/**
 * Identities of processes by pid. Reads /proc when a pid is first seen and after its `exec`; between, `resolve` is one
 * look-up. A process stays known for a while after its `exit`.
 */
export class ProcessTable {
  readonly #options: ProcessTableOptions;
  readonly #containers: ContainerNames;
  readonly #entries = new Map<number, Entry>();
  /** Executables, or parents, of processes that were not read since they started. */
  readonly #started = new Map<number, string | number>();
  readonly #bootTime: number;
  #vanished = 0;

  constructor(options: Partial<ProcessTableOptions> = {}) {
    this.#options = { ...DEFAULTS, hostName: hostname(), ...options };
    this.#containers = new ContainerNames(this.#options.root);
    this.#bootTime = bootTimeOf(this.#options.proc);
  }

  /** Never throws. A process that cannot be found is called `unknown`. */
  resolve(pid: number): ProcessIdentity {
    return this.#resolve(pid, MAX_ANCESTORS);
  }

  /**
   * The process runs another program from now on: it is read again at the next `resolve`. Should it have ended by then,
   * it is called after `executable`, a path.
   */
  exec(pid: number, executable = ''): void {
    this.#entries.delete(pid);
    this.#start(pid, executable);
  }

  /** The process was forked: should it have ended before it is read, it is called after its parent. */
  fork(pid: number, parentPid: number): void {
    this.#entries.delete(pid);
    this.#start(pid, parentPid);
  }

  /** The process ended. Its identity is kept for records still under way. */
  exit(pid: number): void {
    const entry = this.#entries.get(pid);
    if (entry === undefined) return;
    const now = this.#options.now();
    entry.forgetAt = Math.min(entry.forgetAt, now + this.#options.keepExited);
    entry.checkAt = now + RECHECK_GONE;
  }

  stats(): ProcessTableStats {
    return { size: this.#entries.size, vanished: this.#vanished };
  }

  /** Forgets what ended long ago. Called once per interval. */
  sweep(): void {
    const now = this.#options.now();
    for (const [pid, entry] of this.#entries) if (entry.forgetAt <= now) this.#entries.delete(pid);
  }

  #resolve(pid: number, ancestors: number): ProcessIdentity {
    const entry = this.#entries.get(pid);
    if (entry !== undefined && this.#isValid(entry)) return entry.identity;
    const facts = readProcess(this.#options.proc, pid);
    const identity = facts === null ? this.#unknown(pid) : this.#identify(facts, ancestors);
    const now = this.#options.now();
    const lasting = facts !== null;
    this.#started.delete(pid);
    this.#entries.delete(pid);
    if (this.#entries.size >= this.#options.maxProcesses) this.#evict();
    this.#entries.set(pid, {
      identity,
      checkAt: now + (lasting ? this.#options.recheck : RECHECK_GONE),
      forgetAt: lasting ? Number.POSITIVE_INFINITY : now + this.#options.keepExited,
    });
    return identity;
  }

  /** Compares start times, at most once per recheck period; marks a process found gone. */
  #isValid(entry: Entry): boolean {
    const now = this.#options.now();
    if (now < entry.checkAt) return true;
    const { pid, startTime } = entry.identity;
    const current = startTimeOf(this.#options.proc, pid);
    if (current === -1) {
      entry.forgetAt = Math.min(entry.forgetAt, now + this.#options.keepExited);
      entry.checkAt = now + RECHECK_GONE;
      return now < entry.forgetAt;
    }
    entry.checkAt = now + this.#options.recheck;
    return current === startTime;
  }

  #identify(facts: ProcessFacts, ancestors: number): ProcessIdentity {
    const { pid, startTime, executable, args, cgroup } = facts;
    const container = cgroup.containerId === '' ? null : this.#containers.lookup(cgroup.containerId);
    const { name, source } = serviceName(facts, container);
    const pod = container?.podName || podName(facts);
    const identity = {
      kind: 'process',
      pid,
      startTime,
      executable,
      commandLine: redactCommandLine(args),
      containerId: cgroup.containerId,
      containerName: container?.name || cgroup.containerName,
      podName: pod,
      namespaceName: container?.namespaceName ?? '',
      cgroupPath: cgroup.path,
      serviceName: name,
      serviceNameSource: source,
      hostName: this.#options.hostName,
    } as const;
    const told = otelAttributes(facts).get('service.instance.id');
    const contained = pod || cgroup.containerId.slice(0, 12);
    const leader = this.#leader(identity, facts.parentPid, ancestors);
    return { ...identity, ...leader, instanceId: told || contained || leader.instanceId };
  }

  /**
   * The topmost ancestor that runs for the same service in the same group: in a container whatever it runs, else only the
   * same program.
   */
  #leader(
    of: Omit<ProcessIdentity, 'instanceId' | 'instanceStart'>,
    parentPid: number,
    ancestors: number,
  ): Pick<ProcessIdentity, 'instanceId' | 'instanceStart'> {
    const related = of.containerId !== '' || executableOf(this.#options.proc, parentPid) === of.executable;
    if (related && of.executable !== '' && ancestors > 0 && parentPid > 0) {
      const { serviceName, cgroupPath, instanceId, instanceStart } = this.#resolve(parentPid, ancestors - 1);
      if (serviceName === of.serviceName && cgroupPath === of.cgroupPath) return { instanceId, instanceStart };
    }
    return {
      instanceId: `${of.hostName}:${of.pid}`,
      instanceStart: this.#bootTime === 0 ? 0 : epochOf(of.startTime, this.#bootTime),
    };
  }

  #start(pid: number, from: string | number): void {
    if (this.#started.size >= this.#options.maxProcesses) this.#started.clear();
    this.#started.set(pid, from);
  }

  #unknown(pid: number): ProcessIdentity {
    this.#vanished++;
    const started = this.#started.get(pid) ?? '';
    this.#started.delete(pid);
    if (typeof started === 'number') return { ...this.resolve(started), pid };
    const executable = started;
    return {
      kind: 'process',
      pid,
      startTime: -1,
      executable,
      commandLine: '',
      containerId: '',
      containerName: '',
      podName: '',
      namespaceName: '',
      cgroupPath: '',
      serviceName: basename(executable) || 'unknown',
      serviceNameSource: executable === '' ? 'unknown' : 'executable',
      instanceId: `${this.#options.hostName}:${pid}`,
      instanceStart: 0,
      hostName: this.#options.hostName,
    };
  }

  /** Makes room: what ended long ago, or else the process known longest. */
  #evict(): void {
    this.sweep();
    const [longest] = this.#entries.keys();
    if (this.#entries.size >= this.#options.maxProcesses) this.#entries.delete(longest);
  }
}
