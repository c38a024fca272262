import { expect, test } from 'vitest';
import { summarize } from './summarize-tests.ts';

test('tests are counted one by one, a broken file as one failure', () => {
  const report = {
    success: false,
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'one' },
          { status: 'failed', fullName: 'two', failureMessages: ['1 is not 2\n  at two'] },
          { status: 'pending', fullName: 'three' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'four' }] },
    ],
  } as const;
  expect(summarize(report)).toEqual({
    passed: 2,
    failed: 2,
    skipped: ['a.test.ts: three'],
    failures: ['a.test.ts: two: 1 is not 2', 'b.test.ts: no such module'],
  });
});
