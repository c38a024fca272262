import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup2MountPoint, probeFeatures } from '@sonde/libbpf';

const PROGRAMS = join(import.meta.dirname, 'programs');

/** Why this machine cannot capture, '' where it can. */
export function captureSkipReason(): string {
  if (process.getuid?.() !== 0) return 'needs root';
  if (cgroup2MountPoint() === undefined) return 'needs cgroup v2';
  const hooks = probeFeatures().find(({ name }) => name === 'tracepoint/sock_send_length');
  return hooks?.available ? '' : 'needs the tracepoints sock_send_length and sock_recv_length (Linux 6.3)';
}

export interface RunOptions {
  /** Network namespace, by name. */
  readonly netns?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A process of a sandbox; `lines` is what it has printed so far. */
export class Program {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #ended: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.child = child;
    createInterface({ input: child.stdout! }).on('line', (line) => this.lines.push(line));
    this.#ended = new Promise((resolve) => child.once('close', resolve));
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Waits for the `count`-th line of output. */
  async line(count = 1, timeout = 20_000): Promise<string> {
    const deadline = Date.now() + timeout;
    while (this.lines.length < count) {
      if (Date.now() > deadline || this.child.exitCode !== null) {
        throw new Error(`${this.child.spawnargs.join(' ')} printed ${this.lines.length} lines, not ${count}`);
      }
      await sleep(10);
    }
    return this.lines[count - 1];
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }
}

/** A cgroup of one test with the processes in it: the only thing that test's agent may see. */
export class Sandbox implements AsyncDisposable {
  readonly cgroup: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'sonde-capture-'));
  readonly #programs: Program[] = [];
  readonly #namespaces: string[] = [];

  constructor() {
    this.cgroup = join(cgroup2MountPoint()!, `sonde-test-${randomBytes(4).toString('hex')}`);
    mkdirSync(this.cgroup);
  }

  /** Starts a program inside the cgroup, from its first instruction on. */
  run(command: readonly string[], { netns, environment }: RunOptions = {}): Program {
    const enter = ['/bin/sh', '-c', 'echo 0 >"$0" && exec "$@"', join(this.cgroup, 'cgroup.procs')];
    const inside = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
    const [file, ...args] = [...enter, ...inside, ...command];
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
    const program = new Program(child);
    this.#programs.push(program);
    return program;
  }

  /** A JavaScript program of `programs/`, run by this Node. */
  node(name: string, args: readonly (string | number)[] = [], options: RunOptions = {}): Program {
    return this.run([process.execPath, join(PROGRAMS, name), ...args.map(String)], options);
  }

  python(name: string, args: readonly (string | number)[] = [], options: RunOptions = {}): Program {
    return this.run(['python3', '-u', join(PROGRAMS, name), ...args.map(String)], options);
  }

  /** Makes a network namespace with loopback up; returns its name. */
  namespace(): string {
    const name = `sonde-${randomBytes(4).toString('hex')}`;
    execFileSync('ip', ['netns', 'add', name]);
    this.#namespaces.push(name);
    execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    return name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const kill = join(this.cgroup, 'cgroup.kill');
    if (existsSync(kill)) execFileSync('sh', ['-c', `echo 1 >${kill}`]);
    else for (const { child } of this.#programs) child.kill('SIGKILL');
    await Promise.all(this.#programs.map((program) => program.ended()));
    for (const name of this.#namespaces) execFileSync('ip', ['netns', 'del', name]);
    const events = join(this.cgroup, 'cgroup.events');
    for (let i = 0; i < 100 && /populated 1/.test(readFileSync(events, 'utf8')); i++) await sleep(20);
    rmdirSync(this.cgroup);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
