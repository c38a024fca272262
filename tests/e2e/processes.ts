import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every process below `parent`. */
export function descendants(parent: number): number[] {
  const children = readdirSync(`/proc/${parent}/task`).flatMap((task) => {
    const list = read(`/proc/${parent}/task/${task}/children`).trim();
    return list === '' ? [] : list.split(' ').map(Number);
  });
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether a process is there; one that has ended and whose parent has not asked for its exit code is not. */
export function isRunning(pid: number): boolean {
  const state = /^State:\s*(\w)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Ids of the BPF programs that a process holds. */
export function programsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const id = /^prog_id:\s*(\d+)$/m.exec(read(`/proc/${pid}/fdinfo/${fd}`))?.[1];
    return id ? [Number(id)] : [];
  });
}

/** Whether an agent in one of these processes observes: it has taken its spool, which it does once the probes are there. */
export function observes(processes: readonly number[], spool: string): boolean {
  return processes.includes(Number.parseInt(read(join(spool, 'agent.lock')), 10));
}

/** Empty where the process or the descriptor has gone in the meantime. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
