import { BpfError } from './errors.ts';

/** The verifier refused a program. `message` says in one line what and where; `log` is the verifier's own account. */
export class VerifierError extends BpfError {
  override readonly name = 'VerifierError';
  readonly program: string;
  readonly summary: string;

  constructor(program: string, errno: number, log: string) {
    const summary = summarizeVerifierLog(log);
    super('SONDE_BPF_VERIFIER', `${program}: ${summary}`, { errno, log });
    this.program = program;
    this.summary = summary;
  }
}

/** `12: (79) r1 = *(u64 *)(r2 +0)`, with or without register state before it. */
const INSTRUCTION = /^\s*(?:\d+: [^;]*; )?(\d+): \([0-9a-f]{2}\) (.*?)(?:\s*;.*)?$/;
/** The verifier's closing statistics and register dumps say nothing about the reason. */
const NOISE =
  /^(processed \d+ insns|verification time|stack depth|from \d+ to \d+|R\d+(_\w)?=|\d+: R\d|mark_precise|max_states)/;

/** The last statement of the verifier about the program, with the instruction and the source line it is about. */
export function summarizeVerifierLog(log: string): string {
  const lines = log.split('\n').map((line) => line.trimEnd());
  let reason = '';
  let instruction = '';
  let source = '';
  for (const line of lines) {
    if (line === '' || NOISE.test(line)) continue;
    const match = INSTRUCTION.exec(line);
    if (match !== null) instruction = `${match[1]}: ${match[2]}`;
    else if (line.startsWith('; ')) source = line.slice(2).trim();
    else reason = line.trim();
  }
  if (reason === '') reason = instruction === '' ? 'no reason given' : 'refused';
  return [reason, instruction && `at ${instruction}`, source && `in \`${source}\``].filter(Boolean).join(' ');
}
