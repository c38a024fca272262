import koffi, { type KoffiFunc } from 'koffi';
import { BpfError } from './errors.ts';

/** A C pointer; `null` is NULL. */
export type Pointer = bigint;

const P = 'void *';
const S = 'const char *';

/** struct bpf_iter_attach_opts, bpf/libbpf.h */
const iterOpts = koffi.struct({ sz: 'size_t', linkInfo: P, linkInfoLength: 'uint32' });
/** struct bpf_test_run_opts, bpf/bpf.h */
const testRunOpts = koffi.struct({
  sz: 'size_t',
  dataIn: P,
  dataOut: P,
  dataSizeIn: 'uint32',
  dataSizeOut: 'uint32',
  ctxIn: P,
  ctxOut: P,
  ctxSizeIn: 'uint32',
  ctxSizeOut: 'uint32',
  retval: 'uint32',
  repeat: 'int',
  duration: 'uint32',
  flags: 'uint32',
  cpu: 'uint32',
  batchSize: 'uint32',
});
/** struct bpf_kprobe_opts, bpf/libbpf.h */
const kprobeOpts = koffi.struct({ sz: 'size_t', cookie: 'uint64', offset: 'size_t', retprobe: 'bool' });
/** struct bpf_uprobe_opts, bpf/libbpf.h */
const uprobeOpts = koffi.struct({
  sz: 'size_t',
  refCounterOffset: 'size_t',
  cookie: 'uint64',
  retprobe: 'bool',
  functionName: S,
});
/** struct bpf_prog_load_opts, bpf/bpf.h, up to the log (the size says where we stop) */
const progLoadOpts = koffi.struct({
  sz: 'size_t',
  attempts: 'int',
  expectedAttachType: 'int',
  progBtfFd: 'uint32',
  progFlags: 'uint32',
  progIfindex: 'uint32',
  kernVersion: 'uint32',
  attachBtfId: 'uint32',
  attachProgFd: 'uint32',
  attachBtfObjFd: 'uint32',
  fdArray: P,
  funcInfo: P,
  funcInfoCount: 'uint32',
  funcInfoRecSize: 'uint32',
  lineInfo: P,
  lineInfoCount: 'uint32',
  lineInfoRecSize: 'uint32',
  logLevel: 'uint32',
  logSize: 'uint32',
  logBuf: P,
});

export const sizes = {
  iterOpts: koffi.sizeof(iterOpts),
  testRunOpts: koffi.sizeof(testRunOpts),
  kprobeOpts: koffi.sizeof(kprobeOpts),
  uprobeOpts: koffi.sizeof(uprobeOpts),
  progLoadOpts: koffi.sizeof(progLoadOpts),
};

const pointerTo = (type: ReturnType<typeof koffi.struct>) => koffi.pointer(type);

const bpfFunctions = {
  libbpf_set_print: [P, [P]],
  libbpf_version_string: [S, []],
  libbpf_num_possible_cpus: ['int', []],
  libbpf_probe_bpf_map_type: ['int', ['int', P]],
  bpf_object__open_file: [P, [S, P]],
  bpf_object__load: ['int', [P]],
  bpf_object__close: ['void', [P]],
  bpf_object__next_map: [P, [P, P]],
  bpf_object__find_map_by_name: [P, [P, S]],
  bpf_object__next_program: [P, [P, P]],
  bpf_object__find_program_by_name: [P, [P, S]],
  bpf_map__name: [S, [P]],
  bpf_map__fd: ['int', [P]],
  bpf_map__type: ['int', [P]],
  bpf_map__map_flags: ['uint32', [P]],
  bpf_map__key_size: ['uint32', [P]],
  bpf_map__value_size: ['uint32', [P]],
  bpf_map__max_entries: ['uint32', [P]],
  bpf_map__set_max_entries: ['int', [P, 'uint32']],
  bpf_map__set_value_size: ['int', [P, 'uint32']],
  bpf_map__set_autocreate: ['int', [P, 'bool']],
  bpf_map__initial_value: [P, [P, koffi.out(koffi.pointer('size_t'))]],
  bpf_map_create: ['int', ['int', S, 'uint32', 'uint32', 'uint32', P]],
  bpf_map_lookup_elem: ['int', ['int', P, P]],
  bpf_map_lookup_and_delete_elem: ['int', ['int', P, P]],
  bpf_map_lookup_batch: ['int', ['int', P, P, P, P, P, P]],
  bpf_map_update_elem: ['int', ['int', P, P, 'uint64']],
  bpf_map_delete_elem: ['int', ['int', P]],
  bpf_map_get_next_key: ['int', ['int', P, P]],
  bpf_program__name: [S, [P]],
  bpf_program__section_name: [S, [P]],
  bpf_program__fd: ['int', [P]],
  bpf_program__autoload: ['bool', [P]],
  bpf_program__set_autoload: ['int', [P, 'bool']],
  bpf_program__set_attach_target: ['int', [P, 'int', S]],
  bpf_program__set_log_buf: ['int', [P, P, 'size_t']],
  bpf_program__attach: [P, [P]],
  bpf_program__attach_iter: [P, [P, pointerTo(iterOpts)]],
  bpf_program__attach_kprobe_opts: [P, [P, S, pointerTo(kprobeOpts)]],
  bpf_program__attach_uprobe_opts: [P, [P, 'int', S, 'size_t', pointerTo(uprobeOpts)]],
  bpf_link__fd: ['int', [P]],
  bpf_link__destroy: ['int', [P]],
  bpf_iter_create: ['int', ['int']],
  bpf_enable_stats: ['int', ['int']],
  bpf_obj_get_info_by_fd: ['int', ['int', P, P]],
  bpf_prog_get_next_id: ['int', ['uint32', P]],
  bpf_prog_get_fd_by_id: ['int', ['uint32']],
  bpf_prog_load: ['int', ['int', S, S, P, 'size_t', pointerTo(progLoadOpts)]],
  bpf_prog_test_run_opts: ['int', ['int', koffi.inout(pointerTo(testRunOpts))]],
  bpf_raw_tracepoint_open: ['int', [S, 'int']],
  bpf_object__btf: [P, [P]],
  btf__type_cnt: ['uint32', [P]],
  btf__type_by_id: [P, [P, 'uint32']],
  btf__name_by_offset: [S, [P, 'uint32']],
  btf__load_vmlinux_btf: [P, []],
  btf__find_by_name_kind: ['int', [P, S, 'uint32']],
  btf__free: ['void', [P]],
} satisfies Functions;

const libcFunctions = {
  mmap: [P, [P, 'size_t', 'int', 'int', 'int', 'int64']],
  munmap: ['int', [P, 'size_t']],
  getpagesize: ['int', []],
  vsnprintf: ['int', [P, 'size_t', P, P]],
  close: ['int', ['int']],
  memfd_create: ['int', [S, 'uint32']],
  ioctl: ['int', ['int', 'ulong', 'long']],
  syscall: ['long', ['long', P, 'long', 'long', 'long', 'ulong']],
} satisfies Functions;

type Type = Parameters<typeof koffi.out>[0];
type Functions = Record<string, readonly [result: Type, parameters: readonly Type[]]>;
// biome-ignore lint/suspicious/noExplicitAny: the C signatures above are the types; koffi checks the arguments.
type Bound<T extends Functions> = { readonly [Name in keyof T]: KoffiFunc<(...args: any[]) => any> };

function bind<T extends Functions>(library: ReturnType<typeof koffi.load>, functions: T): Bound<T> {
  const bound = Object.entries(functions).map(([name, [result, parameters]]) => [
    name,
    library.func(name, result, [...parameters]),
  ]);
  return Object.fromEntries(bound) as Bound<T>;
}

export type Native = Bound<typeof bpfFunctions> & Bound<typeof libcFunctions>;

let loaded: Native | undefined;

/** The functions of libbpf and of the C library, bound on first use so that importing this package never fails. */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  if (process.platform !== 'linux') throw new BpfError('SONDE_BPF_PLATFORM', `this is ${process.platform}`);
  try {
    const bpf = bind(koffi.load('libbpf.so.1'), bpfFunctions);
    bpf.libbpf_set_print(null);
    return { ...bpf, ...bind(koffi.load('libc.so.6'), libcFunctions) };
  } catch (error) {
    throw new BpfError('SONDE_BPF_LIBRARY_MISSING', (error as Error).message);
  }
}

/** errno of the last native call of this thread; read it before anything else is called. */
export const lastErrno = (): number => koffi.errno();

/** The C string at a pointer. */
export const readString = (pointer: Pointer): string => koffi.decode.string(pointer);

const printFunction = koffi.pointer(koffi.proto('int', ['int', P, P]));
const LIBBPF_INFO = 1;

/**
 * Runs `call` and gathers what libbpf says meanwhile. libbpf passes a va_list, which on x86-64 and arm64 reaches a
 * callback as a plain pointer and can be handed to vsnprintf as it is. The print function is one per process, so it is
 * taken back as soon as the call returns.
 */
export function withLog<T>(call: (lib: Native) => T): { result: T; errno: number; log: string } {
  const lib = native();
  const lines: string[] = [];
  const buffer = Buffer.alloc(4096);
  const print = koffi.register((level: number, format: Pointer, args: Pointer) => {
    if (level > LIBBPF_INFO) return 0;
    const length = lib.vsnprintf(buffer, buffer.length, format, args);
    lines.push(buffer.toString('utf8', 0, Math.min(length, buffer.length - 1)));
    return 0;
  }, printFunction);
  lib.libbpf_set_print(print);
  try {
    const result = call(lib);
    const errno = lastErrno();
    return { result, errno, log: lines.join('') };
  } finally {
    lib.libbpf_set_print(null);
    koffi.unregister(print);
  }
}
