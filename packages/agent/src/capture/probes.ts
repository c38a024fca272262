import { type BpfIteratorLink, type BpfObject, hookLevel, probeFeatures, RingBuffer } from '@sonde/libbpf';
import type { AgentConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { Runtime, RuntimeKernel, RuntimeProbe } from '../runtime/runtime.ts';
import type { ProgramStats } from '../self/self-metrics.ts';
import { Counter, RUNTIME } from './generated/events.ts';
import { openObjectOfProbes } from './probe-object.ts';
import { RunTimeSampler } from './run-time.ts';
import { applyScope, prepareScope, requireScope, type ScopedCgroups } from './scope.ts';

/** Large writes may fill this part of the ring in one window (`BULK_WINDOW_SHIFT`), 64 MB/s with 8 MiB. */
const BULK_SHARE = 8;

/** Not on every kernel of level A; without it the receive-queue wait is unknown. */
const OPTIONAL = new Map([['sk_data_ready', 'tracepoint/sk_data_ready']]);

/** The probes in the kernel. Everything ends with `close`, or with this process, however it ends. */
export class Probes implements RuntimeKernel, Disposable {
  readonly level: string;
  readonly ring: RingBuffer;
  readonly #object: BpfObject;
  readonly #idle: BpfIteratorLink;
  readonly #runTime: RunTimeSampler;
  readonly #cgroups: ScopedCgroups;
  readonly #modeKey = new DataView(new ArrayBuffer(8));
  readonly #mode = new Uint8Array(2);
  readonly #modeGeneration: DataView;
  readonly #scopeGeneration: DataView;

  /**
   * Loads, sets the scope, and only then attaches.
   * @throws AgentError SONDE_AGENT_NO_SCOPE, SONDE_AGENT_PROBES_NOT_BUILT, SONDE_AGENT_HOOK_LEVEL, and those of the
   * scope; BpfError of the binding
   */
  constructor(config: AgentConfig) {
    requireScope(config.scope);
    const features = probeFeatures();
    this.level = hookLevel(features);
    if (this.level !== 'A') throw new AgentError('SONDE_AGENT_HOOK_LEVEL', `level ${this.level}`);
    const object = openObjectOfProbes();
    this.#object = object;
    try {
      prepareScope(object, config.scope);
      object.variable('request_capture').setUint32(0, config.capture.requestBytes, true);
      object.variable('response_capture').setUint32(0, config.capture.responseBytes, true);
      object.variable('segment_capture').setUint32(0, config.capture.segmentBytes, true);
      object.variable('report_after').setBigUint64(0, BigInt(config.interval) * 1_000_000n, true);
      object.variable('linking').setUint8(0, config.spans.link && config.spans.perSecond > 0 ? 1 : 0);
      object.variable('bulk_capture').setBigUint64(0, BigInt(config.ring.bytes / BULK_SHARE), true);
      object.map('ring').setMaxEntries(config.ring.bytes);
      for (const [name, feature] of OPTIONAL) {
        const there = features.some((one) => one.name === feature && one.available);
        if (!there) object.program(name).setAutoload(false);
      }
      object.load();
      this.#cgroups = applyScope(object, config.scope);
      this.ring = new RingBuffer(object.map('ring'));
      const programs = object.programs().filter(({ name, autoload }) => autoload && name !== 'own_pid');
      this.#modeGeneration = object.variable('mode_generation');
      this.#scopeGeneration = object.variable('scope_generation');
      this.#idle = object.program('flush_idle').attachIterator(object.map('sockets'));
      for (const program of programs) if (program.section.startsWith('tp_btf/')) program.attach();
      this.#runTime = new RunTimeSampler(programs);
    } catch (error) {
      object.close();
      throw error;
    }
  }

  /** Has the kernel observe what took the place of a cgroup of the scope. */
  followScope(): void {
    this.#cgroups.follow();
  }

  /** Has the kernel hand over turns that are over but still held back. */
  flushIdle(): void {
    this.#idle.run();
  }

  /** Has the kernel hand over whatever is under way. The last thing that is asked of it. */
  flushAll(): void {
    this.#object.variable('ending').setUint32(0, 1, true);
    this.#idle.run();
  }

  /** From the next turn on the connection comes in another mode (`Mode`), as another protocol (model `protocolId`). */
  setMode(clientStart: number, serverStart: number, mode: number, protocol: number): void {
    this.#modeKey.setUint32(0, serverStart, true);
    this.#modeKey.setUint32(4, clientStart, true);
    this.#mode[0] = mode;
    this.#mode[1] = protocol;
    this.#object.map('modes').update(new Uint8Array(this.#modeKey.buffer), this.#mode);
    this.#modeGeneration.setUint32(0, this.#modeGeneration.getUint32(0, true) + 1, true);
  }

  setRuntime(pid: number, { kind, fields }: Runtime): void {
    const value = new DataView(new ArrayBuffer(RUNTIME.size));
    value.setUint32(RUNTIME.kind, kind, true);
    for (const [name, field] of Object.entries(fields)) {
      const at = RUNTIME[name as keyof typeof RUNTIME];
      if (typeof field === 'bigint') value.setBigUint64(at, field, true);
      else value.setUint32(at, field, true);
    }
    this.#object.map('runtimes').update(keyOf(pid), new Uint8Array(value.buffer));
    this.#askScopeAgain();
  }

  removeRuntime(pid: number): void {
    if (this.#object.map('runtimes').delete(keyOf(pid))) this.#askScopeAgain();
  }

  births(pid: number): number {
    const value = new DataView(new ArrayBuffer(RUNTIME.size));
    if (!this.#object.map('runtimes').lookup(keyOf(pid), new Uint8Array(value.buffer))) return 0;
    return Number(value.getBigUint64(RUNTIME.births, true));
  }

  attachProbe(pid: number, { program, ...target }: RuntimeProbe): Promise<AsyncDisposable> {
    return this.#object.program(program).attachUprobeBeside({ pid, ...target });
  }

  /** What is remembered of each socket is out of date. */
  #askScopeAgain(): void {
    this.#scopeGeneration.setUint32(0, this.#scopeGeneration.getUint32(0, true) + 1, true);
  }

  /** Estimated from samples, since load. */
  stats(): ProgramStats[] {
    return this.#runTime.stats();
  }

  /** What the kernel lost or left out since load, by cause in lower case. */
  losses(): Map<string, number> {
    const map = this.#object.map('counters');
    const key = new Uint32Array(1);
    const values = new BigUint64Array(map.valueBytes / 8);
    const losses = new Map<string, number>();
    for (const [name, index] of Object.entries(Counter)) {
      if (name === 'COUNTER_COUNT') continue;
      key[0] = index;
      map.lookup(new Uint8Array(key.buffer), new Uint8Array(values.buffer));
      losses.set(name.slice('COUNTER_'.length).toLowerCase(), Number(values.reduce((sum, value) => sum + value, 0n)));
    }
    return losses;
  }

  close(): void {
    this.ring.close();
    this.#runTime[Symbol.dispose]();
    this.#object.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const keyOf = (pid: number) => new Uint8Array(Uint32Array.of(pid).buffer);
