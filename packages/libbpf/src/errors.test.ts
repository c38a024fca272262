import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BPF_ERRORS, BpfError, errnoName } from './errors.ts';

describe('BpfError', () => {
  test('says in one line what failed, and keeps code, hint and log apart', () => {
    const error = new BpfError('SONDE_BPF_MAP', 'update in flows', { errno: 7, log: 'much\nmore' });
    expect(error.message).toBe('an operation on a BPF map failed: update in flows (E2BIG)');
    expect(error).toMatchObject({ name: 'BpfError', code: 'SONDE_BPF_MAP', errno: 7 });
    expect(error.hint).toBe(BPF_ERRORS.SONDE_BPF_MAP.hint);
    expect(error.log).toBe('much\nmore');
  });

  test('does not spill a log of megabytes when it is printed', () => {
    const error = new BpfError('SONDE_BPF_LOAD', 'x', { log: 'VERIFIER'.repeat(1000) });
    expect(inspect(error)).not.toContain('VERIFIERVERIFIER');
  });

  test.each(Object.entries(BPF_ERRORS))('%s has a cause and a hint that ends as a sentence', (code, entry) => {
    expect(code).toMatch(/^SONDE_BPF_[A-Z_]+$/);
    expect(entry.cause).toMatch(/[^.]$/);
    expect(entry.hint).toMatch(/\.$/);
  });
});

test.each([
  [1, 'EPERM'],
  [13, 'EACCES'],
  [524, 'ENOTSUPP'],
  [9999, 'errno 9999'],
])('errno %i is %s', (errno, name) => expect(errnoName(errno)).toBe(name));
