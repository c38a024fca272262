import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type CgroupFacts, parseCgroup } from './cgroup.ts';

/** What /proc (proc(5)) says about a process; '' or empty where it cannot be read. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** Start in clock ticks since boot; with the pid it names a process for good. */
  readonly startTime: number;
  /** The name the kernel keeps: the file executed, up to 15 characters, unless the process changed it. */
  readonly comm: string;
  /** Path of the executable as the process sees it. */
  readonly executable: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly cgroup: CgroupFacts;
  /** Reads a small file as the process sees the file system; `null` where there is none. */
  readonly readFile: (path: string) => string | null;
}

/** The variables that are looked at. Nothing else of the environment is kept. */
const VARIABLES = new Set(['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES', 'HOSTNAME', 'FLASK_APP']);

/** Start time of a process in clock ticks since boot, or -1 where there is no such process. */
export function startTimeOf(proc: string, pid: number): number {
  return parseStat(readText(`${proc}/${pid}/stat`))?.startTime ?? -1;
}

/** Clock ticks a second that /proc speaks in (USER_HZ): 100 on every architecture Node runs on. */
const TICKS = 100;

/** When the host started, ms since the epoch; 0 where /proc does not say. */
export function bootTimeOf(proc: string): number {
  return 1000 * Number(/^btime (\d+)$/m.exec(readText(`${proc}/stat`) ?? '')?.[1] ?? 0);
}

/** Milliseconds since the epoch of a start in ticks since boot. */
export function epochOf(startTime: number, bootTime: number): number {
  return bootTime + (startTime * 1000) / TICKS;
}

/** Path of a process's executable as the process sees it; '' where it cannot be read. */
export function executableOf(proc: string, pid: number): string {
  return readLink(`${proc}/${pid}/exe`).replace(/ \(deleted\)$/, '');
}

/** Whether a process has a socket open. */
export function hasSocket(proc: string, pid: number): boolean {
  const folder = `${proc}/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => readLink(`${folder}/${name}`).startsWith('socket:'));
  } catch {
    return false; // it has ended
  }
}

/** `null` where there is no such process. */
export function readProcess(proc: string, pid: number): ProcessFacts | null {
  const base = `${proc}/${pid}`;
  const stat = parseStat(readText(`${base}/stat`));
  if (stat === null) return null;
  return {
    pid,
    ...stat,
    executable: executableOf(proc, pid),
    args: argumentsIn(readText(`${base}/cmdline`) ?? ''),
    workingDirectory: readLink(`${base}/cwd`),
    environment: environmentIn(readText(`${base}/environ`) ?? ''),
    cgroup: parseCgroup(readText(`${base}/cgroup`) ?? ''),
    readFile: (path) => readText(`${base}/root${path}`),
  };
}

/**
 * The command name stands in parentheses and may itself hold spaces and parentheses. A process that has ended, but was
 * not waited for, has nothing left to read: `null`.
 */
function parseStat(text: string | null): { comm: string; parentPid: number; startTime: number } | null {
  if (text === null) return null;
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const startTime = Number(fields[19]);
  if (open < 0 || close < open || !Number.isFinite(startTime)) return null;
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return { comm: text.slice(open + 1, close), parentPid: Number(fields[1]), startTime };
}

/** Arguments are NUL terminated; a process that sets its title leaves one string padded with NULs or spaces. */
function argumentsIn(text: string): string[] {
  const line = text.replace(/[\0 ]+$/, '');
  return line === '' ? [] : line.split('\0');
}

function environmentIn(text: string): Map<string, string> {
  const environment = new Map<string, string>();
  for (const variable of text.split('\0')) {
    const name = variable.slice(0, variable.indexOf('='));
    if (VARIABLES.has(name)) environment.set(name, variable.slice(name.length + 1));
  }
  return environment;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
