import { RuntimeKind } from '../capture/generated/events.ts';
import { structureOffsets } from './dwarf.ts';
import { Elf } from './elf.ts';
import { goFunctions, goVersion } from './go-functions.ts';
import type { Runtime, RuntimeProbe } from './runtime.ts';

/** Offsets of what the kernel side reads in a Go process. */
interface Layout {
  /** In `runtime.g`. */
  readonly goid: number;
  readonly startPc: number;
  /** In `runtime.m`. */
  readonly processor: number;
  /** Of the numbers that a `runtime.p` has left to give. */
  readonly numbers: number;
  /** In `net/http.persistConn`. */
  readonly connection: number;
}

/** Of programs without debugging information, by version: read with that of programs built by Debian's Go 1.19. */
const LAYOUTS: readonly (readonly [RegExp, Layout])[] = [
  [/^go1\.19(?:\.|$)/, { goid: 152, startPc: 312, processor: 208, numbers: 384, connection: 80 }],
];

/** The register that holds the running goroutine is there since this version. */
const OLDEST = 17;

const MEMBERS = {
  goid: 'runtime.g.goid',
  startPc: 'runtime.g.startpc',
  processor: 'runtime.m.p',
  numbers: 'runtime.p.goidcache',
  connection: 'net/http.persistConn.conn',
} as const;
const BUILD_INFO = '.go.buildinfo';
const SCHED = 'runtime.sched';
const NEWPROC = 'runtime.newproc1';
const ROUND_TRIP = 'net/http.(*persistConn).roundTrip';
/** Within it are the functions that its goroutines start with: those that read and write a connection. */
const DIAL = 'net/http.(*Transport).dialConn.';

/** What was read of a file: where it is loaded is added for each process. */
interface Program {
  readonly layout: Layout;
  /** Offsets in the file of functions by name. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Addresses between which the functions lie that connections' own goroutines start with; 0 where there are none. */
  readonly writers: readonly [from: number, to: number];
  readonly sched: number;
  readonly relocates: boolean;
  readonly firstAddress: number;
}

const MAX_PROGRAMS = 256;
const programs = new Map<string, Program | null>();

/** Whether a file is a Go program. */
export function isGo(executable: string): boolean {
  using elf = Elf.open(executable);
  return elf !== null && elf.addressOf(BUILD_INFO) >= 0;
}

/**
 * The Go runtime of a process, or null: `executable` is its file, `base` where the file's first byte is mapped in it.
 * A file is read once.
 */
export function findGo(executable: string, base: number): Runtime | null {
  if (process.arch !== 'x64') return null;
  using elf = Elf.open(executable);
  if (elf === null || elf.addressOf(BUILD_INFO) < 0) return null;
  let program = programs.get(elf.identity);
  if (program === undefined) {
    program = readProgram(elf);
    if (programs.size >= MAX_PROGRAMS) programs.clear();
    programs.set(elf.identity, program);
  }
  if (program === null) return null;
  const { layout, writers, offsets, sched } = program;
  const bias = program.relocates ? base - program.firstAddress : 0;
  const address = (of: number) => BigInt(of === 0 ? 0 : of + bias);
  const probe = (name: string, to: string): RuntimeProbe[] => {
    const offset = offsets.get(to);
    return offset === undefined ? [] : [{ program: name, binary: executable, offset }];
  };
  return {
    name: 'go',
    kind: RuntimeKind.RUNTIME_GO,
    fields: {
      ...layout,
      writersFrom: address(writers[0]),
      writersTo: address(writers[1]),
      sched: address(sched),
    },
    probes: [...probe('go_newproc1', NEWPROC), ...probe('go_roundtrip', ROUND_TRIP)],
  };
}

function readProgram(elf: Elf): Program | null {
  const version = goVersion(elf);
  if (Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0) < OLDEST) return null;
  const layout = layoutOf(elf, version);
  if (layout === null) return null;
  const functions = goFunctions(elf, [NEWPROC, ROUND_TRIP, DIAL]);
  const dialled = [...functions].filter(([name]) => name.startsWith(DIAL)).map(([, address]) => address);
  const writers = dialled.length === 0 ? ([0, 0] as const) : ([Math.min(...dialled), Math.max(...dialled)] as const);
  const offsets = new Map([...functions].map(([name, address]) => [name, elf.offsetAt(address)]));
  const { relocates, firstAddress } = elf;
  return { layout, offsets, writers, sched: elf.symbol(SCHED), relocates, firstAddress };
}

function layoutOf(elf: Elf, version: string): Layout | null {
  const known = LAYOUTS.find(([pattern]) => pattern.test(version));
  if (known !== undefined) return known[1];
  const names = Object.values(MEMBERS);
  const found = structureOffsets(elf, names) ?? structureOffsets(elf, names.slice(0, -1));
  if (found === null) return null;
  const of = (member: string) => found.get(member) ?? 0;
  return {
    goid: of(MEMBERS.goid),
    startPc: of(MEMBERS.startPc),
    processor: of(MEMBERS.processor),
    numbers: of(MEMBERS.numbers),
    connection: of(MEMBERS.connection),
  };
}
