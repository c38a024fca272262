import { expect, test } from 'vitest';
import { CLI_ERRORS, CliError, exitCode, formatError } from './errors.ts';

test('an error of ours is its code, what happened, and what to do', () => {
  const error = new CliError('SONDE_CLI_NO_SCOPE', 'agent.scope is empty');
  expect(formatError(error)).toBe(`SONDE_CLI_NO_SCOPE: agent.scope is empty\n  ${CLI_ERRORS.SONDE_CLI_NO_SCOPE.hint}`);
  expect(exitCode(error)).toBe(2);
});

test('errors of the other packages have the same form', () => {
  const error = Object.assign(new Error('refused'), { code: 'SONDE_BPF_ATTACH', hint: 'see sonde doctor' });
  expect(formatError(error)).toBe('SONDE_BPF_ATTACH: refused\n  see sonde doctor');
  expect(exitCode(error)).toBe(1);
});

test('any other error is told in full', () => {
  expect(formatError(Object.assign(new Error('gone'), { code: 'ENOENT' }))).toMatch(/^Error: gone\n\s+at /);
  expect(formatError('text')).toBe('text');
});
