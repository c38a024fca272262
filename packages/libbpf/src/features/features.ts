import { BpfError, errnoName } from '../errors.ts';
import { pageSize } from '../memory.ts';
import { native } from '../native.ts';
import { enableStats } from '../stats.ts';
import * as host from './host.ts';
import { KernelBtf } from './kernel-btf.ts';
import { tryKprobe, tryUprobe } from './perf-event.ts';
import { ATTACH, no, type Outcome, PROGRAM, tryAttach, tryHelper, tryProgram, yes } from './trial.ts';

/** Tracepoints that a network observer wants, probed by name. */
const TRACEPOINTS = [
  'sock_send_length',
  'sock_recv_length',
  'inet_sock_set_state',
  'sk_data_ready',
  'tcp_retransmit_skb',
  'tcp_send_reset',
  'tcp_receive_reset',
  'sched_process_exec',
  'sched_process_exit',
  'sched_process_fork',
] as const;

/** Where lengths of sent and received messages can be had by function, in order of preference. */
const MESSAGE_FUNCTIONS = [
  ['sock_sendmsg', 'sock_recvmsg'],
  ['tcp_sendmsg', 'tcp_recvmsg'],
] as const;

/** enum bpf_func_id, linux/bpf.h */
const HELPER = {
  bpf_sk_storage_get: 107,
  bpf_probe_read_kernel: 113,
  bpf_ktime_get_coarse_ns: 160,
  bpf_task_pt_regs: 175,
  bpf_loop: 181,
} as const;

const MAP_TYPE = { ringbuf: 27, skStorage: 24 } as const;

/** What one kernel, seen from this process, offers. */
export interface Feature {
  /** Stable name, such as `ring-buffer` or `tracepoint/sock_send_length`. */
  readonly name: FeatureName;
  readonly available: boolean;
  /** What was found, or why it is not available. */
  readonly detail: string;
  /** What it takes to have it; release numbers are for people and never compared. */
  readonly requires: string;
}

interface Probe {
  readonly requires: string;
  probe(btf: () => KernelBtf): Outcome;
}

const helper = (id: number, requires: string): Probe => ({
  requires,
  probe: (btf) =>
    tryHelper({ type: PROGRAM.tracing, attach: ATTACH.rawTracepoint, target: anyTracepoint(btf()), helper: id }),
});

const iterator = (name: string, requires: string): Probe => ({
  requires,
  probe: (btf) => {
    const target = btf().function(`bpf_iter_${name}`);
    if (target === undefined) return no('the kernel has no such iterator');
    return tryProgram({ type: PROGRAM.tracing, attach: ATTACH.iterator, target }, () => yes('loads'));
  },
});

const PROBES = {
  libbpf: {
    requires: 'the shared library libbpf.so.1 (Debian and Ubuntu: libbpf1)',
    probe: () => yes(native().libbpf_version_string()),
  },
  capabilities: {
    requires: 'root, or CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN',
    probe: () => {
      const held = host.effectiveCapabilities();
      const enough = held.has('CAP_SYS_ADMIN') || (held.has('CAP_BPF') && held.has('CAP_PERFMON'));
      return { available: enough, detail: [...held].join(' ') || 'none' };
    },
  },
  lockdown: {
    requires: 'a lockdown mode below confidentiality, which hides kernel memory from programs',
    probe: (btf) => {
      const mode = host.lockdownMode();
      const reads = tryHelper({
        type: PROGRAM.tracing,
        attach: ATTACH.rawTracepoint,
        target: anyTracepoint(btf()),
        helper: HELPER.bpf_probe_read_kernel,
      });
      return { available: reads.available, detail: mode ?? 'mode unknown: securityfs is not mounted or not readable' };
    },
  },
  btf: {
    requires: 'CONFIG_DEBUG_INFO_BTF',
    probe: (btf) => {
      btf();
      return yes(host.read('/proc/sys/kernel/osrelease') ?? 'vmlinux');
    },
  },
  'ring-buffer': {
    requires: 'Linux 5.8',
    probe: () => {
      const fd: number = native().bpf_map_create(MAP_TYPE.ringbuf, 'sonde_trial', 0, 0, pageSize(), null);
      if (fd < 0) return no(`create: ${errnoName(-fd)}`);
      native().close(fd);
      return yes('created and removed');
    },
  },
  'socket-storage': {
    requires: 'Linux 5.11 (storage on sockets, from tracing programs)',
    probe: (btf) => {
      const call = helper(HELPER.bpf_sk_storage_get, '').probe(btf);
      if (!call.available) return call;
      const created = native().libbpf_probe_bpf_map_type(MAP_TYPE.skStorage, null) === 1;
      return created ? yes('created and removed') : no('the kernel refuses such a map');
    },
  },
  tp_btf: {
    requires: 'Linux 5.5 with BTF',
    probe: (btf) => tryAttach({ type: PROGRAM.tracing, attach: ATTACH.rawTracepoint, target: anyTracepoint(btf()) }),
  },
  fentry: {
    requires: 'Linux 5.5 with BTF, JIT and ftrace (arm64: Linux 6.0), no lockdown that forbids it',
    probe: (btf) => functions(btf(), ATTACH.fentry),
  },
  fexit: {
    requires: 'Linux 5.5 with BTF, JIT and ftrace (arm64: Linux 6.0), no lockdown that forbids it',
    probe: (btf) => functions(btf(), ATTACH.fexit),
  },
  kprobe: {
    requires: 'CONFIG_KPROBES, no lockdown that forbids it',
    probe: () => pairs(tryKprobe),
  },
  uprobe: {
    requires: 'CONFIG_UPROBES',
    probe: () => tryUprobe(),
  },
  'iterator/bpf_sk_storage_map': iterator('bpf_sk_storage_map', 'Linux 5.9'),
  'iterator/bpf_map_elem': iterator('bpf_map_elem', 'Linux 5.9'),
  'iterator/tcp': iterator('tcp', 'Linux 5.9'),
  'iterator/task': iterator('task', 'Linux 5.8'),
  'helper/bpf_task_pt_regs': helper(HELPER.bpf_task_pt_regs, 'Linux 5.15'),
  'helper/bpf_loop': helper(HELPER.bpf_loop, 'Linux 5.17'),
  'run-time-stats': {
    requires: 'Linux 5.8 and CAP_SYS_ADMIN',
    probe: () => {
      enableStats()[Symbol.dispose]();
      return yes('switched on and off');
    },
  },
  cgroup2: {
    requires: 'cgroup v2 mounted (alone or beside v1)',
    probe: () => {
      const mountPoint = host.cgroup2MountPoint();
      return mountPoint === undefined ? no('not mounted') : yes(mountPoint);
    },
  },
  'locked-memory': {
    requires: 'maps accounted to the cgroup (Linux 5.11), or no limit on locked memory, or CAP_SYS_RESOURCE to lift it',
    probe: () => {
      const limit = host.lockedMemoryLimit();
      const byCgroup = tryHelper({ type: PROGRAM.socketFilter, helper: HELPER.bpf_ktime_get_coarse_ns }).available;
      const detail = `${byCgroup ? 'accounted to the cgroup; ' : ''}RLIMIT_MEMLOCK ${limit ?? 'unlimited'}`;
      const lifted = limit === undefined || host.effectiveCapabilities().has('CAP_SYS_RESOURCE');
      return { available: byCgroup || lifted, detail };
    },
  },
  'memory-limit': {
    requires: 'nothing; the limit of the container bounds the ring buffer',
    probe: () => {
      const limit = host.memoryLimit();
      return yes(limit === undefined ? 'none' : `${limit} bytes`);
    },
  },
} satisfies Record<string, Probe>;

export type FeatureName = keyof typeof PROBES | `tracepoint/${(typeof TRACEPOINTS)[number]}`;

/**
 * Tries what this kernel offers to this process: programs are really loaded, attached and removed again, and nothing
 * outside this process is changed. Takes some 100 ms. Never throws; without libbpf or off Linux every answer is a no
 * with its reason.
 */
export function probeFeatures(): Feature[] {
  let loaded: KernelBtf | undefined;
  const btf = () => (loaded ??= new KernelBtf());
  const features = Object.entries<Probe>(PROBES).map(([name, probe]) => feature(name as FeatureName, probe, btf));
  const tracepoints = TRACEPOINTS.map((name) => feature(`tracepoint/${name}`, tracepoint(name), btf));
  loaded?.[Symbol.dispose]();
  return [...features, ...tracepoints];
}

/** The hooks by which messages can be seen, best first; see "Kernel side" in the design. */
export type HookLevel = 'A' | 'B' | 'C' | 'none';

/**
 * A: BTF tracepoints on the length of each message. B: fexit on the functions that send and receive.
 * C: kprobes on the same functions. Below that nothing can be captured.
 */
export function hookLevel(features: readonly Feature[]): HookLevel {
  const has = (...names: FeatureName[]) =>
    names.every((name) => features.some((feature) => feature.name === name && feature.available));
  if (!has('btf', 'ring-buffer')) return 'none';
  if (has('tp_btf', 'tracepoint/sock_send_length', 'tracepoint/sock_recv_length', 'socket-storage')) return 'A';
  if (has('fexit', 'socket-storage')) return 'B';
  return has('kprobe') ? 'C' : 'none';
}

function feature(name: FeatureName, { requires, probe }: Probe, btf: () => KernelBtf): Feature {
  try {
    return { name, ...probe(btf), requires };
  } catch (error) {
    return { name, ...no(reason(name, error)), requires };
  }
}

/** What is missing is told once, by the feature of its own. */
function reason(name: FeatureName, error: unknown): string {
  if (!(error instanceof BpfError)) return String(error);
  if (error.code === 'SONDE_BPF_LIBRARY_MISSING' && name !== 'libbpf') return 'needs libbpf';
  if (error.code === 'SONDE_BPF_BTF_MISSING' && name !== 'btf') return 'needs BTF';
  return error.message;
}

function tracepoint(name: string): Probe {
  return {
    requires: 'a kernel that has this tracepoint',
    probe: (btf) => (btf().tracepoint(name) === undefined ? no('not in this kernel') : yes('in this kernel')),
  };
}

function anyTracepoint(btf: KernelBtf): number {
  const id = TRACEPOINTS.map((name) => btf.tracepoint(name)).find((id) => id !== undefined);
  if (id === undefined) throw new BpfError('SONDE_BPF_TARGET_MISSING', 'none of the tracepoints is in this kernel');
  return id;
}

function functions(btf: KernelBtf, attach: number): Outcome {
  return pairs((name) => {
    const target = btf.function(name);
    if (target === undefined) return no(`${name} is not in the BTF`);
    const outcome = tryAttach({ type: PROGRAM.tracing, attach, target });
    return outcome.available ? yes(name) : no(`${name}: ${outcome.detail}`);
  });
}

/** The first pair of message functions of which both can be probed. */
function pairs(attempt: (name: string) => Outcome): Outcome {
  const refusals: string[] = [];
  for (const names of MESSAGE_FUNCTIONS) {
    const failed = names.map(attempt).find((outcome) => !outcome.available);
    if (failed === undefined) return yes(names.join(', '));
    refusals.push(failed.detail);
  }
  return no([...new Set(refusals)].join('; '));
}
