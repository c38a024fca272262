import { errnoName } from '../errors.ts';
import { native, sizes } from '../native.ts';
import { summarizeVerifierLog } from '../verifier.ts';

/** What a trial on this kernel gave. */
export interface Outcome {
  readonly available: boolean;
  /** What was found, or why it is not available. */
  readonly detail: string;
}

export const yes = (detail: string): Outcome => ({ available: true, detail });
export const no = (detail: string): Outcome => ({ available: false, detail });

/** enum bpf_prog_type and enum bpf_attach_type, linux/bpf.h */
export const PROGRAM = { kprobe: 2, socketFilter: 1, tracing: 26 } as const;
export const ATTACH = { none: 0, rawTracepoint: 23, fentry: 24, fexit: 25, iterator: 28 } as const;

export interface Trial {
  readonly type: number;
  readonly attach?: number;
  /** BTF id of the tracepoint, function or iterator that a tracing program is for. */
  readonly target?: number;
  /** A helper to call first, with whatever is in the registers. */
  readonly helper?: number;
}

/** One instruction, struct bpf_insn: opcode, registers, offset (zero here), immediate. */
function instruction(opcode: number, immediate: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = opcode;
  bytes.writeInt32LE(immediate, 4);
  return bytes;
}

const callHelper = (id: number) => instruction(0x85, id);
const returnZero = Buffer.concat([instruction(0xb7, 0), instruction(0x95, 0)]);

/** Loads a program that does nothing. Returns its file descriptor, or a negative errno with the verifier's log. */
function load({ type, attach = ATTACH.none, target = 0, helper }: Trial): { fd: number; log: string } {
  const code = helper === undefined ? returnZero : Buffer.concat([callHelper(helper), returnZero]);
  const logBuf = Buffer.alloc(4096);
  const options = {
    ...emptyOptions,
    expectedAttachType: attach,
    attachBtfId: target,
    logSize: logBuf.length,
    logBuf,
  };
  const fd: number = native().bpf_prog_load(type, 'sonde_trial', 'GPL', code, code.length / 8, options);
  return { fd, log: logBuf.toString('latin1', 0, logBuf.indexOf(0)) };
}

const emptyOptions = {
  sz: sizes.progLoadOpts,
  attempts: 0,
  progBtfFd: 0,
  progFlags: 0,
  progIfindex: 0,
  kernVersion: 0,
  attachProgFd: 0,
  attachBtfObjFd: 0,
  fdArray: null,
  funcInfo: null,
  funcInfoCount: 0,
  funcInfoRecSize: 0,
  lineInfo: null,
  lineInfoCount: 0,
  lineInfoRecSize: 0,
  logLevel: 0,
};

const refusal = (step: string, status: number, log = ''): Outcome =>
  no(`${step}: ${errnoName(-status)}${log === '' ? '' : `, ${summarizeVerifierLog(log)}`}`);

/** Loads a program that does nothing and hands its descriptor to `use`. */
export function tryProgram(trial: Trial, use: (fd: number) => Outcome): Outcome {
  const { fd, log } = load(trial);
  if (fd < 0) return refusal('load', fd, log);
  try {
    return use(fd);
  } finally {
    native().close(fd);
  }
}

/** Whether a tracing program can be loaded and attached; it is detached again at once and does nothing meanwhile. */
export function tryAttach(trial: Trial): Outcome {
  return tryProgram(trial, (fd) => {
    const link: number = native().bpf_raw_tracepoint_open(null, fd);
    if (link < 0) return refusal('attach', link);
    native().close(link);
    return yes('attached and detached');
  });
}

/** Whether the verifier lets such a program call a helper. Its arguments are wrong here, but that is found only later. */
export function tryHelper(trial: Trial): Outcome {
  const { fd, log } = load(trial);
  if (fd >= 0) {
    native().close(fd);
    return yes('may be called');
  }
  if (/(unknown|invalid) func |cannot use helper /.test(log)) return no('not offered to programs of this type');
  return log === '' ? refusal('load', fd) : yes('may be called');
}
