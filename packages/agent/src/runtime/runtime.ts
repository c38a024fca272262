import type { RUNTIME } from '../capture/generated/events.ts';

/** A runtime in a process: what the kernel needs to tell its tasks apart. */
export interface Runtime {
  readonly name: 'cpython' | 'go';
  /** `RuntimeKind` */
  readonly kind: number;
  /** Fields of the kernel's `struct runtime`: numbers have 32 bits, bigints 64. */
  readonly fields: Readonly<Partial<Record<keyof typeof RUNTIME, number | bigint>>>;
  /** Without them tasks are told apart, but not who made them. */
  readonly probes: readonly RuntimeProbe[];
}

/** A function of the runtime that makes a task, or hands work from one to another. */
export interface RuntimeProbe {
  /** Name of the program that is run then. */
  readonly program: string;
  /** The file, where the agent finds it. */
  readonly binary: string;
  /** The function: its symbol, or its offset in the file. */
  readonly symbol?: string;
  readonly offset?: number;
  /** The program is run when the function returns, not when it is entered. */
  readonly onReturn?: boolean;
}

/** Where runtimes are made known: `Probes`. */
export interface RuntimeKernel {
  setRuntime(pid: number, runtime: Runtime): void;
  removeRuntime(pid: number): void;
  /** Runs of the probes of a process since it was made known. */
  births(pid: number): number;
  /** Has a program run in one process. Rejects with BpfError. */
  attachProbe(pid: number, probe: RuntimeProbe): Promise<AsyncDisposable>;
}
