import fs from 'node:fs';
import koffi from 'koffi';
import { errnoName } from '../errors.ts';
import { lastErrno, native } from '../native.ts';
import { no, type Outcome, PROGRAM, tryProgram, yes } from './trial.ts';

/** perf_event_open(2): __NR_perf_event_open. */
const SYSTEM_CALL = process.arch === 'arm64' ? 241 : 298;
const PERF_FLAG_FD_CLOEXEC = 8n;
const PERF_EVENT_IOC_SET_BPF = 0x40042408;
/** struct perf_event_attr up to PERF_ATTR_SIZE_VER5; offsets of the fields that a probe needs. */
const ATTR = { size: 112, config1: 56, config2: 64 };

interface ProbePoint {
  /** Symbol of the kernel for a kprobe, path for a uprobe. */
  readonly name: string;
  readonly pid: number;
  readonly cpu: number;
}

/** Opens a probe event, puts a program that does nothing on it, and closes both. */
function tryProbe(kind: 'kprobe' | 'uprobe', { name, pid, cpu }: ProbePoint): Outcome {
  const type = readPmuType(kind);
  if (type === undefined) return no(`the kernel has no ${kind} event source`);
  return tryProgram({ type: PROGRAM.kprobe }, (program) => {
    const path = Buffer.from(`${name}\0`);
    const attr = Buffer.alloc(ATTR.size);
    attr.writeUInt32LE(type, 0);
    attr.writeUInt32LE(ATTR.size, 4);
    attr.writeBigUInt64LE(koffi.address(path), ATTR.config1);
    attr.writeBigUInt64LE(0n, ATTR.config2);
    const lib = native();
    const event = Number(lib.syscall(SYSTEM_CALL, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC));
    if (event < 0) return no(`perf_event_open for ${name}: ${errnoName(lastErrno())}`);
    try {
      if (lib.ioctl(event, PERF_EVENT_IOC_SET_BPF, program) === 0) return yes(name);
      return no(`attach to ${name}: ${errnoName(lastErrno())}`);
    } finally {
      native().close(event);
    }
  });
}

export const tryKprobe = (symbol: string): Outcome => tryProbe('kprobe', { name: symbol, pid: -1, cpu: 0 });

/** Probes a file in memory that no process has mapped, so that no code anywhere is changed. */
export function tryUprobe(): Outcome {
  const fd: number = native().memfd_create('sonde-uprobe-trial', 0);
  if (fd < 0) return no(`memfd_create: ${errnoName(lastErrno())}`);
  try {
    fs.writeSync(fd, Buffer.alloc(64));
    const outcome = tryProbe('uprobe', { name: `/proc/self/fd/${fd}`, pid: process.pid, cpu: -1 });
    return outcome.available ? yes('attached and detached') : outcome;
  } finally {
    native().close(fd);
  }
}

function readPmuType(kind: string): number | undefined {
  try {
    return Number(fs.readFileSync(`/sys/bus/event_source/devices/${kind}/type`, 'utf8'));
  } catch {
    return undefined;
  }
}
