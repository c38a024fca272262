import { describe, expect, test } from 'vitest';
import { summarizeVerifierLog, VerifierError } from './verifier.ts';

const SCALAR = `0: R1=ctx() R10=fp0
; __u64 *nowhere = (__u64 *)bpf_ktime_get_ns(); @ probe.bpf.c:94
0: (85) call bpf_ktime_get_ns#5       ; R0=scalar()
; return *nowhere; @ probe.bpf.c:95
1: (79) r0 = *(u64 *)(r0 +0)
R0 invalid mem access 'scalar'
processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
`;

/** Linux 5.10 writes the state of the registers on the line of the instruction, and no file names. */
const OLDER = `func#0 @0
0: R1=ctx(id=0,off=0,imm=0) R10=fp0
; int x = *(int *)(p + i);
12: (61) r0 = *(u32 *)(r2 +0)
 R0=inv1 R1=ctx(id=0,off=0,imm=0) R2_w=map_value(id=0,off=0,ks=4,vs=8,imm=0) R10=fp0
invalid access to map value, value_size=8 off=8 size=4
R2 min value is outside of the allowed memory range
processed 13 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
`;

describe('summary of a verifier log', () => {
  test('reason, instruction and source line', () => {
    expect(summarizeVerifierLog(SCALAR)).toBe(
      "R0 invalid mem access 'scalar' at 1: r0 = *(u64 *)(r0 +0) in `return *nowhere; @ probe.bpf.c:95`",
    );
  });

  test('register dumps of older kernels are no reason', () => {
    expect(summarizeVerifierLog(OLDER)).toBe(
      'R2 min value is outside of the allowed memory range at 12: r0 = *(u32 *)(r2 +0) in `int x = *(int *)(p + i);`',
    );
  });

  test('an unresolved CO-RE relocation', () => {
    const log =
      '0: R1=ctx() R10=fp0\n0: <invalid CO-RE relocation>\nfailed to resolve CO-RE relocation <byte_off> [8]\n';
    expect(summarizeVerifierLog(log)).toContain('failed to resolve CO-RE relocation <byte_off> [8]');
  });

  test.each(['', 'processed 0 insns (limit 1000000)\n'])('nothing to say: %j', (log) => {
    expect(summarizeVerifierLog(log)).toBe('no reason given');
  });

  test('is the message of the error, and one line', () => {
    const error = new VerifierError('capture', 13, SCALAR);
    expect(error.message).toMatch(/^the kernel verifier refused a program: capture: R0 invalid mem access/);
    expect(error.message).not.toContain('\n');
    expect(error).toMatchObject({ code: 'SONDE_BPF_VERIFIER', program: 'capture', errno: 13 });
    expect(error.log).toBe(SCALAR);
  });
});
