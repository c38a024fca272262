import os from 'node:os';

/** Every error this package throws: a stable code, what it means and what to do about it. */
export const BPF_ERRORS = {
  SONDE_BPF_PLATFORM: {
    cause: 'BPF exists on Linux only',
    hint: 'Run this command on a Linux host, or in a Linux container with the needed capabilities.',
  },
  SONDE_BPF_LIBRARY_MISSING: {
    cause: 'the shared library libbpf.so.1 could not be loaded',
    hint: 'Install libbpf 1.1 or later (Debian and Ubuntu: apt-get install libbpf1).',
  },
  SONDE_BPF_PERMISSION: {
    cause: 'the kernel refused the operation for lack of permission',
    hint: 'Run as root or with CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN on kernels without them); see `sonde doctor`.',
  },
  SONDE_BPF_OPEN: {
    cause: 'the BPF object file could not be opened',
    hint: 'Check the path, and build the probes again if the file is damaged.',
  },
  SONDE_BPF_BTF_MISSING: {
    cause: 'the kernel offers no BTF type information',
    hint: 'Use a kernel built with CONFIG_DEBUG_INFO_BTF=y (/sys/kernel/btf/vmlinux must exist).',
  },
  SONDE_BPF_TARGET_MISSING: {
    cause: 'this kernel has no such tracepoint, function or type to attach to',
    hint: 'See `sonde doctor` for the hooks this kernel offers.',
  },
  SONDE_BPF_VERIFIER: {
    cause: 'the kernel verifier refused a program',
    hint: 'The full verifier log is in the `log` of this error; report it together with the kernel release.',
  },
  SONDE_BPF_LOAD: {
    cause: 'the BPF object could not be loaded',
    hint: 'The messages of libbpf are in the `log` of this error.',
  },
  SONDE_BPF_ATTACH: {
    cause: 'the kernel refused to attach a program',
    hint: 'The hook is missing, or switched off by lockdown or the kernel configuration; see `sonde doctor`.',
  },
  SONDE_BPF_MAP_MISSING: {
    cause: 'the BPF object has no map or data section of that name',
    hint: 'The object and the program that uses it do not fit; build the probes again.',
  },
  SONDE_BPF_VARIABLE_MISSING: {
    cause: 'the BPF object has no global variable of that name',
    hint: 'The object and the program that uses it do not fit, or it was compiled without -g; build the probes again.',
  },
  SONDE_BPF_PROGRAM_MISSING: {
    cause: 'the BPF object has no program of that name',
    hint: 'The object and the program that uses it do not fit; build the probes again.',
  },
  SONDE_BPF_MAP: {
    cause: 'an operation on a BPF map failed',
    hint: 'E2BIG and ENOSPC mean that the map is full, EBUSY that it is in use.',
  },
  SONDE_BPF_MMAP: {
    cause: 'memory could not be mapped',
    hint: 'Check the memory limit of the process, and that the map was declared with BPF_F_MMAPABLE.',
  },
  SONDE_BPF_ITERATOR: {
    cause: 'a BPF iterator could not be run',
    hint: 'See `sonde doctor` for whether this kernel offers iterators over this kind of object.',
  },
  SONDE_BPF_PROGRAM: {
    cause: 'an operation on a BPF program failed',
    hint: 'The errno says why; see bpf(2).',
  },
  SONDE_BPF_RING_CORRUPT: {
    cause: 'a record in the ring buffer runs past the position of the producer',
    hint: 'Close the ring buffer and load the object again; report this with the kernel release.',
  },
  SONDE_BPF_ARGUMENT: {
    cause: 'an argument does not fit',
    hint: 'Key and value lengths must be those of the map, and an object can be changed only before it is loaded.',
  },
  SONDE_BPF_CLOSED: {
    cause: 'the object was closed',
    hint: 'Do not use an object, map, program, link or ring buffer after it was closed.',
  },
} as const satisfies Record<string, { cause: string; hint: string }>;

export type BpfErrorCode = keyof typeof BPF_ERRORS;

export interface BpfErrorOptions {
  /** Positive errno value; 0 where no system call failed. */
  readonly errno?: number;
  /** Messages of libbpf or of the verifier, as they came. */
  readonly log?: string;
}

/** An error of this package. `message` is one line; `log` has the rest. */
export class BpfError extends Error {
  override readonly name: string = 'BpfError';
  readonly code: BpfErrorCode;
  /** Positive errno value; 0 where no system call failed. */
  readonly errno: number;
  readonly hint: string;
  /** Messages of libbpf or of the verifier; not enumerable, since it can be megabytes. */
  declare readonly log: string;

  constructor(code: BpfErrorCode, detail: string, { errno = 0, log = '' }: BpfErrorOptions = {}) {
    super(`${BPF_ERRORS[code].cause}: ${detail}${errno === 0 ? '' : ` (${errnoName(errno)})`}`);
    this.code = code;
    this.errno = errno;
    this.hint = BPF_ERRORS[code].hint;
    Object.defineProperty(this, 'log', { value: log });
  }
}

const names = new Map(Object.entries(os.constants.errno).map(([name, value]) => [value as number, name]));

/** `13` → `EACCES`; values that Node does not name stay numbers (524 is the kernel's own ENOTSUPP). */
export function errnoName(errno: number): string {
  return errno === 524 ? 'ENOTSUPP' : (names.get(errno) ?? `errno ${errno}`);
}

export const { EPERM, ENOENT, ESRCH, EINTR, EAGAIN, EACCES, EEXIST, EINVAL, ENOSPC } = os.constants.errno;
