import { BpfError } from './errors.ts';
import { native } from './native.ts';

/** What the kernel has measured of a program; times only while `enableStats` is in force. */
export interface ProgramStats {
  /** Time spent in the program since it was loaded, in nanoseconds, all CPUs together. */
  readonly runTimeNs: bigint;
  readonly runCount: bigint;
  /** Runs that did not happen, because the program was already running on that CPU. */
  readonly missed: bigint;
}

export interface ProgramInfo extends ProgramStats {
  readonly id: number;
  /** The first 15 characters of the C name. */
  readonly name: string;
}

/** Offsets in struct bpf_prog_info, linux/bpf.h. Kernels that lack a field leave it zero. */
const INFO = { size: 232, id: 4, name: 64, nameSize: 16, runTimeNs: 192, runCount: 200, missed: 208 };

/** What the kernel tells of a loaded program by its file descriptor. */
export function readProgramInfo(fd: number): ProgramInfo {
  const bytes = Buffer.alloc(INFO.size);
  const status: number = native().bpf_obj_get_info_by_fd(fd, bytes, Uint32Array.of(INFO.size));
  if (status < 0) throw new BpfError('SONDE_BPF_PROGRAM', 'program info', { errno: -status });
  const name = bytes.toString('latin1', INFO.name, INFO.name + INFO.nameSize);
  return {
    id: bytes.readUInt32LE(INFO.id),
    name: name.slice(0, name.indexOf('\0')),
    runTimeNs: bytes.readBigUInt64LE(INFO.runTimeNs),
    runCount: bytes.readBigUInt64LE(INFO.runCount),
    missed: bytes.readBigUInt64LE(INFO.missed),
  };
}
