import { BpfError, ENOENT } from './errors.ts';
import { native } from './native.ts';
import { readProgramInfo } from './program-info.ts';

/** A program that is loaded in this kernel, whoever loaded it. */
export interface LoadedProgram {
  /** Given by the kernel, never used twice. */
  readonly id: number;
  /** The first 15 characters of the C name. */
  readonly name: string;
}

/** All BPF programs in this kernel. @throws BpfError SONDE_BPF_PERMISSION without CAP_SYS_ADMIN */
export function loadedPrograms(): LoadedProgram[] {
  const lib = native();
  const programs: LoadedProgram[] = [];
  const next = new Uint32Array(1);
  for (let id = 0; ; id = next[0]!) {
    const status: number = lib.bpf_prog_get_next_id(id, next);
    if (status === -ENOENT) return programs;
    if (status < 0) throw new BpfError('SONDE_BPF_PERMISSION', 'list of programs', { errno: -status });
    const fd: number = lib.bpf_prog_get_fd_by_id(next[0]);
    if (fd < 0) continue;
    const { name } = readProgramInfo(fd);
    lib.close(fd);
    programs.push({ id: next[0]!, name });
  }
}
