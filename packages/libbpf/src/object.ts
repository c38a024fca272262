import koffi from 'koffi';
import { BpfError, EACCES, EPERM, ESRCH } from './errors.ts';
import type { BpfLink } from './link.ts';
import { BpfMap } from './map.ts';
import { detach, mapAnonymous } from './memory.ts';
import { native, type Pointer, readString, withLog } from './native.ts';
import { BpfProgram } from './program.ts';
import { readVariables, type Variable } from './variables.ts';
import { VerifierError } from './verifier.ts';

/**
 * Room for the verifier's log of each program, taken only where it is written. Kernels since 6.4 keep the end of a longer
 * log, where the reason is; older ones answer ENOSPC.
 */
const LOG_SIZE = 4 * 1024 * 1024;

/**
 * Reads a compiled BPF object. Nothing reaches the kernel before `load`: until then this is a description of maps and
 * programs that may be adjusted.
 *
 * @throws BpfError SONDE_BPF_OPEN if the file is missing or is no BPF object, SONDE_BPF_LIBRARY_MISSING
 */
export function openObject(path: string): BpfObject {
  const { result, errno, log } = withLog((lib) => lib.bpf_object__open_file(path, null));
  if (result === null) throw new BpfError('SONDE_BPF_OPEN', path, { errno, log });
  return new BpfObject(result, path);
}

/** An opened, and after `load` a loaded, BPF object. Closing it destroys its links and unloads its programs. */
export class BpfObject implements Disposable {
  readonly path: string;
  #pointer: Pointer | undefined;
  #loaded = false;
  readonly #maps = new Map<Pointer, BpfMap>();
  readonly #programs = new Map<Pointer, BpfProgram>();
  readonly #links = new Set<BpfLink>();
  #variables: ReadonlyMap<string, Variable> | undefined;
  /** Views of data sections as they will be loaded. */
  readonly #initial = new Map<string, Uint8Array<ArrayBuffer>>();

  /** @internal use {@link openObject} */
  constructor(pointer: Pointer, path: string) {
    this.#pointer = pointer;
    this.path = path;
  }

  /** A map by its C name. @throws BpfError SONDE_BPF_MAP_MISSING */
  map(name: string): BpfMap {
    const pointer: Pointer | null = native().bpf_object__find_map_by_name(this.#open(), name);
    if (pointer === null) {
      throw new BpfError('SONDE_BPF_MAP_MISSING', `${name}; there are: ${this.maps().map(({ name }) => name)}`);
    }
    return this.#map(pointer);
  }

  /** A program by its C name. @throws BpfError SONDE_BPF_PROGRAM_MISSING */
  program(name: string): BpfProgram {
    const pointer: Pointer | null = native().bpf_object__find_program_by_name(this.#open(), name);
    if (pointer === null) {
      throw new BpfError('SONDE_BPF_PROGRAM_MISSING', `${name}; there are: ${this.programs().map(({ name }) => name)}`);
    }
    return this.#program(pointer);
  }

  /** All maps, data sections included, in the order of the file. */
  maps(): BpfMap[] {
    return walk((last) => native().bpf_object__next_map(this.#open(), last), this.#map.bind(this));
  }

  /** All programs, in the order of the file. */
  programs(): BpfProgram[] {
    return walk((last) => native().bpf_object__next_program(this.#open(), last), this.#program.bind(this));
  }

  /**
   * The bytes of a data section: `.rodata`, `.data`, `.bss` or one of one's own.
   * Before `load`: what will be loaded, to be written to; this view becomes empty with `load`.
   * After `load`: live memory shared with the programs; for `.rodata`, which is frozen, a copy.
   */
  data(section: string): Uint8Array<ArrayBuffer> {
    const map = this.map(section);
    if (!this.#loaded) return this.#initialData(section);
    if (!map.readOnly) return map.mmap();
    const copy = new Uint8Array(map.valueSize);
    map.lookup(new Uint8Array(map.keySize), copy);
    return copy;
  }

  /**
   * A global variable by its C name, in the byte order of the host; what is said of {@link data} holds for it too.
   * @throws BpfError SONDE_BPF_VARIABLE_MISSING
   */
  variable(name: string): DataView<ArrayBuffer> {
    this.#variables ??= readVariables(this.#open());
    const variable = this.#variables.get(name);
    if (variable === undefined) {
      throw new BpfError('SONDE_BPF_VARIABLE_MISSING', `${name}; there are: ${[...this.#variables.keys()]}`);
    }
    const { buffer, byteOffset } = this.data(variable.section);
    return new DataView(buffer, byteOffset + variable.offset, variable.size);
  }

  /**
   * Creates the maps and loads the programs into the kernel. Once per object, also after a failure.
   * @throws VerifierError if a program is refused; BpfError SONDE_BPF_PERMISSION, SONDE_BPF_BTF_MISSING,
   * SONDE_BPF_TARGET_MISSING, SONDE_BPF_LOAD otherwise
   */
  load(): this {
    const pointer = this.#open();
    const programs = this.programs().filter((program) => program.autoload);
    using logs = mapAnonymous(LOG_SIZE * Math.max(1, programs.length));
    const logOf = (index: number) => logs.pointer + BigInt(index * LOG_SIZE);
    for (const [index, handle] of this.#handles(programs).entries()) {
      native().bpf_program__set_log_buf(handle, logOf(index), LOG_SIZE);
    }
    const { result, log } = withLog((lib): number => lib.bpf_object__load(pointer));
    for (const view of this.#initial.values()) detach(view.buffer);
    this.#initial.clear();
    if (result === 0) {
      this.#loaded = true;
      return this;
    }
    for (const [index, { name }] of programs.entries()) {
      const verifierLog = readString(logOf(index));
      if (verifierLog !== '') throw new VerifierError(name, -result, verifierLog);
    }
    throw new BpfError(loadErrorCode(-result, log), firstMessage(log) ?? this.path, { errno: -result, log });
  }

  /** Destroys the links, unmaps all views and unloads the object. Calling it again does nothing. */
  close(): void {
    if (this.#pointer === undefined) return;
    for (const link of this.#links) link.destroy();
    for (const map of this.#maps.values()) map.release();
    for (const view of this.#initial.values()) detach(view.buffer);
    native().bpf_object__close(this.#pointer);
    this.#pointer = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): Pointer {
    if (this.#pointer === undefined) throw new BpfError('SONDE_BPF_CLOSED', this.path);
    return this.#pointer;
  }

  #map(pointer: Pointer): BpfMap {
    return remember(this.#maps, pointer, () => new BpfMap(this.#handle(pointer)));
  }

  #program(pointer: Pointer): BpfProgram {
    return remember(this.#programs, pointer, () => new BpfProgram(this.#handle(pointer), this.#links));
  }

  #handle(pointer: Pointer): () => Pointer {
    return () => {
      this.#open();
      return pointer;
    };
  }

  #handles(programs: readonly BpfProgram[]): Pointer[] {
    return programs.map(({ name }) => native().bpf_object__find_program_by_name(this.#open(), name));
  }

  #initialData(section: string): Uint8Array<ArrayBuffer> {
    return remember(this.#initial, section, () => {
      const map = native().bpf_object__find_map_by_name(this.#open(), section);
      const size: [number] = [0];
      const value: Pointer | null = native().bpf_map__initial_value(map, size);
      if (value === null) throw new BpfError('SONDE_BPF_MAP_MISSING', `${section} is not a data section`);
      return new Uint8Array(koffi.view(value, Number(size[0])));
    });
  }
}

function walk<T>(next: (last: Pointer | null) => Pointer | null, make: (pointer: Pointer) => T): T[] {
  const all: T[] = [];
  for (let pointer = next(null); pointer !== null; pointer = next(pointer)) all.push(make(pointer));
  return all;
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** What went wrong first is the reason; the later lines of libbpf only say what followed. */
function firstMessage(log: string): string | undefined {
  return /^libbpf: (.+)$/m.exec(log)?.[1];
}

function loadErrorCode(errno: number, log: string) {
  if (/kernel BTF is missing|failed to find valid kernel BTF|error loading vmlinux BTF/i.test(log)) {
    return 'SONDE_BPF_BTF_MISSING';
  }
  if (errno === ESRCH) return 'SONDE_BPF_TARGET_MISSING';
  if (errno === EPERM || errno === EACCES) return 'SONDE_BPF_PERMISSION';
  return 'SONDE_BPF_LOAD';
}
