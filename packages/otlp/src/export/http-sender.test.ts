import { expect, test } from 'vitest';
import { retryAfter } from './http-sender.ts';

test.each([
  [undefined, 0],
  ['3', 3000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 30_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', 0],
  ['-5', 0],
])('Retry-After: %s', (value, expected) => {
  expect(retryAfter(value, 30_000)).toBe(expected);
});
