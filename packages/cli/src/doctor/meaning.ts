import type { Feature, FeatureName, HookLevel } from '@sonde/libbpf';

interface Meaning {
  readonly gives: string;
  readonly without: string;
  /** Needed at this hook level alone. */
  readonly level?: HookLevel;
}

/** What each kernel feature is good for here, and what is lost where it is not there. */
export const MEANING: Readonly<Record<FeatureName, Meaning>> = {
  libbpf: { gives: 'loads the probes', without: 'nothing can be captured' },
  capabilities: { gives: 'the kernel accepts probes', without: 'nothing can be captured' },
  lockdown: { gives: 'probes may read the socket and the message', without: 'nothing can be captured' },
  btf: { gives: 'one build of the probes fits every kernel', without: 'nothing can be captured' },
  'ring-buffer': { gives: 'the way of records to the agent', without: 'nothing can be captured' },
  'socket-storage': { gives: 'state of each connection', without: 'hook levels A and B' },
  tp_btf: { gives: 'hook level A', without: 'hook level A; B and C do the same at a higher price' },
  fentry: { gives: 'part of hook level B', without: 'hook level B', level: 'B' },
  fexit: { gives: 'hook level B', without: 'hook level B', level: 'B' },
  kprobe: { gives: 'hook level C', without: 'hook level C', level: 'C' },
  uprobe: {
    gives: 'which task of Python (asyncio) and which goroutine made which',
    without: 'calls of asyncio.gather, to_thread and of goroutines made on the way get no link',
  },
  'iterator/bpf_sk_storage_map': {
    gives: 'requests still open are shown, closed ones never stay',
    without: 'a request without an answer shows only when its connection ends',
  },
  'iterator/bpf_map_elem': { gives: 'state is swept in the kernel', without: 'sweeping costs the agent more' },
  'iterator/tcp': { gives: 'connections older than the agent', without: 'they show at their first message only' },
  'iterator/task': { gives: 'processes older than the agent', without: 'they are read from /proc' },
  'helper/bpf_task_pt_regs': {
    gives: 'bytes of requests at hook level A',
    without: 'protocols are not read at level A, only sizes and times',
  },
  'helper/bpf_loop': { gives: 'all parts of a scattered message', without: 'only the first parts of one' },
  'run-time-stats': { gives: 'kernel time of each probe', without: 'the price of the probes is not shown' },
  cgroup2: { gives: 'scope by cgroup, names of containers', without: 'scope by process only' },
  'locked-memory': { gives: 'room for the maps', without: 'loading fails: raise RLIMIT_MEMLOCK' },
  'memory-limit': { gives: 'the limit the agent has to keep', without: 'the limit is not known' },
  'tracepoint/sock_send_length': { gives: 'hook level A', without: 'hook level A' },
  'tracepoint/sock_recv_length': { gives: 'hook level A', without: 'hook level A' },
  'tracepoint/inet_sock_set_state': {
    gives: 'who called whom, refused and timed out connections',
    without: 'the roles are guessed from the ports, refused connections are not seen',
  },
  'tracepoint/sk_data_ready': {
    gives: 'how long a request waited before it was read',
    without: 'that wait is part of nothing and not shown',
  },
  'tracepoint/tcp_retransmit_skb': { gives: 'retransmissions', without: 'they are not shown' },
  'tracepoint/tcp_send_reset': { gives: 'resets sent', without: 'they show as closed' },
  'tracepoint/tcp_receive_reset': { gives: 'resets received', without: 'they show as closed' },
  'tracepoint/sched_process_exec': {
    gives: 'names of processes from their start',
    without: 'short processes may stay unnamed',
  },
  'tracepoint/sched_process_exit': {
    gives: 'the end of a process at once',
    without: 'it is noticed at the next sweep',
  },
  'tracepoint/sched_process_fork': {
    gives: 'children in the scope from their start',
    without: 'scope by process only',
  },
};

/** What the feature gives on this machine, or what is lost without it. */
export function describeMeaning({ name, available }: Feature, level: HookLevel): string {
  const { gives, without, level: needed } = MEANING[name];
  if (available) return gives;
  return needed && level < needed ? `not needed at hook level ${level}` : `lost: ${without}`;
}
