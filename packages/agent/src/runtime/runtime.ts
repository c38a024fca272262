/** A runtime in a process: what the kernel needs to tell its tasks apart. */
export interface Runtime {
  readonly name: 'cpython';
  /** `RuntimeKind` */
  readonly kind: number;
  /** Offsets in the state of a thread: its own id, and what it runs. */
  readonly threadId: number;
  readonly context: number;
  readonly births: BirthProbe;
}

/** A function of the runtime that returns a task it has made. */
export interface BirthProbe {
  /** Name of the program that is run then. */
  readonly program: string;
  /** The file, as the process sees it. */
  readonly binary: string;
  readonly symbol: string;
}

/** Where runtimes are made known: `Probes`. */
export interface RuntimeKernel {
  setRuntime(pid: number, runtime: Runtime): void;
  removeRuntime(pid: number): void;
  /** Births of tasks seen in a process since it was made known. */
  births(pid: number): number;
  /** Has a program run when a function of one process returns. @throws BpfError */
  attachReturn(pid: number, probe: BirthProbe): Disposable;
}
