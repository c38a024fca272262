import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logAnswer } from './log-answer.ts';

test('what was not stored is in the log with its reason, an export that was taken whole is not', () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  logAnswer(log, 'traces', { rejected: 0, errorMessage: '' });
  logAnswer(log, 'metrics', { rejected: 3, errorMessage: '3 × a: the time is too long ago' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, signal: 'metrics', rejected: 3, reason: '3 × a: the time is too long ago' },
  ]);
});
