import { BpfError, EACCES, EPERM } from './errors.ts';
import { BpfIteratorLink, BpfLink } from './link.ts';
import type { BpfMap, Handle } from './map.ts';
import { type Native, native, type Pointer, sizes, withLog } from './native.ts';
import { type ProgramStats, readProgramInfo } from './program-info.ts';

export interface UprobeTarget {
  /** Process to watch, or -1 for every process that maps the binary. */
  readonly pid: number;
  readonly binary: string;
  /** Offset in the file, or from the symbol if one is given. */
  readonly offset?: number;
  readonly symbol?: string;
  readonly onReturn?: boolean;
  /** What bpf_get_attach_cookie answers in the program. */
  readonly cookie?: bigint;
}

export interface TestRun {
  /** The context; a `syscall` program gets it as its argument and may change it. */
  readonly context?: Uint8Array;
  readonly data?: Uint8Array;
  readonly repeat?: number;
}

/** A program of a BPF object: first its declaration, and after `load` the kernel's program. */
export class BpfProgram {
  readonly name: string;
  /** Section name: what it attaches to, such as `tp_btf/sched_process_exit`. */
  readonly section: string;
  readonly #handle: Handle;
  readonly #links: Set<BpfLink>;

  /** @internal use {@link BpfObject.program} */
  constructor(handle: Handle, links: Set<BpfLink>) {
    this.#handle = handle;
    this.#links = links;
    this.name = native().bpf_program__name(handle());
    this.section = native().bpf_program__section_name(handle());
  }

  /** The file descriptor. @throws BpfError SONDE_BPF_ARGUMENT if the program is not loaded */
  get fd(): number {
    const fd: number = native().bpf_program__fd(this.#handle());
    if (fd < 0) throw new BpfError('SONDE_BPF_ARGUMENT', `program ${this.name} is not loaded`);
    return fd;
  }

  get autoload(): boolean {
    return native().bpf_program__autoload(this.#handle());
  }

  /** Before `load` only: whether `load` takes this program along. */
  setAutoload(load: boolean): void {
    this.#declare('autoload', native().bpf_program__set_autoload(this.#handle(), load));
  }

  /** Before `load` only: another kernel function or tracepoint than the section name says. */
  setAttachTarget(name: string): void {
    this.#declare(`attach target ${name}`, native().bpf_program__set_attach_target(this.#handle(), 0, name));
  }

  /** Attaches to what the section name says. @throws BpfError SONDE_BPF_ATTACH */
  attach(): BpfLink {
    return this.#link(this.#attach(this.section, (lib, program) => lib.bpf_program__attach(program)));
  }

  /** Attaches an `iter/…` program; `map` is the map to walk, for iterators over the elements of a map. */
  attachIterator(map?: BpfMap): BpfIteratorLink {
    /** union bpf_iter_link_info: the file descriptor of the map comes first. */
    const info = new Uint32Array(4);
    if (map !== undefined) info[0] = map.fd;
    const options = { sz: sizes.iterOpts, linkInfo: info, linkInfoLength: info.byteLength };
    const pointer = this.#attach(this.section, (lib, program) =>
      lib.bpf_program__attach_iter(program, map === undefined ? null : options),
    );
    return new BpfIteratorLink(pointer, this.#links);
  }

  /** Attaches to the entry or the return of a kernel function by kprobe. */
  attachKprobe(symbol: string, onReturn = false): BpfLink {
    const options = { sz: sizes.kprobeOpts, cookie: 0, offset: 0, retprobe: onReturn };
    return this.#link(
      this.#attach(symbol, (lib, program) => lib.bpf_program__attach_kprobe_opts(program, symbol, options)),
    );
  }

  /** Attaches to a function of a binary by uprobe. */
  attachUprobe(target: UprobeTarget): BpfLink {
    const { pid, binary, offset, options } = uprobeOf(target);
    const pointer = this.#attach(`${binary}:${target.symbol ?? offset}`, (lib, program) =>
      lib.bpf_program__attach_uprobe_opts(program, pid, binary, offset, options),
    );
    return this.#link(pointer);
  }

  /**
   * The same in a thread of its own: the function is looked for in the binary, and the kernel waits for the process. The
   * object must not be closed before.
   */
  async attachUprobeBeside(target: UprobeTarget): Promise<BpfLink> {
    const program = this.#handle();
    const { pid, binary, offset, options } = uprobeOf(target);
    const pointer = await new Promise<Pointer | null>((resolve, reject) => {
      native().bpf_program__attach_uprobe_opts.async(
        ...[program, pid, binary, offset, options],
        (error: Error | null, pointer: Pointer | null) => (error === null ? resolve(pointer) : reject(error)),
      );
    });
    // What was wrong is said to the thread that asked: it is asked again in this one.
    return pointer === null ? this.attachUprobe(target) : this.#link(pointer);
  }

  /** The kernel's number for the program. */
  get id(): number {
    return readProgramInfo(this.fd).id;
  }

  stats(): ProgramStats {
    const { runTimeNs, runCount, missed } = readProgramInfo(this.fd);
    return { runTimeNs, runCount, missed };
  }

  /** Runs the program once (or `repeat` times) on given input and returns its result; nothing else sees the run. */
  testRun({ context, data, repeat = 0 }: TestRun = {}): number {
    const options = {
      sz: sizes.testRunOpts,
      dataIn: data ?? null,
      dataOut: null,
      dataSizeIn: data?.byteLength ?? 0,
      dataSizeOut: 0,
      ctxIn: context ?? null,
      ctxOut: null,
      ctxSizeIn: context?.byteLength ?? 0,
      ctxSizeOut: 0,
      retval: 0,
      repeat,
      duration: 0,
      flags: 0,
      cpu: 0,
      batchSize: 0,
    };
    const status: number = native().bpf_prog_test_run_opts(this.fd, options);
    if (status < 0) throw new BpfError('SONDE_BPF_PROGRAM', `test run of ${this.name}`, { errno: -status });
    return options.retval;
  }

  #attach(target: string, call: (lib: Native, program: Pointer) => Pointer | null): Pointer {
    const program = this.#handle();
    const { fd } = this;
    const { result, errno, log } = withLog((lib) => call(lib, program));
    if (result !== null) return result;
    const code = errno === EPERM || errno === EACCES ? 'SONDE_BPF_PERMISSION' : 'SONDE_BPF_ATTACH';
    throw new BpfError(code, `attach ${this.name} to ${target} (fd ${fd})`, { errno, log });
  }

  #link(pointer: Pointer): BpfLink {
    return new BpfLink(pointer, this.#links);
  }

  #declare(what: string, status: number): void {
    if (status >= 0) return;
    throw new BpfError('SONDE_BPF_ARGUMENT', `${what} of program ${this.name}`, { errno: -status });
  }
}

function uprobeOf({ pid, binary, offset = 0, symbol, onReturn = false, cookie = 0n }: UprobeTarget) {
  const options = {
    sz: sizes.uprobeOpts,
    refCounterOffset: 0,
    cookie,
    retprobe: onReturn,
    functionName: symbol ?? null,
  };
  return { pid, binary, offset, options };
}
