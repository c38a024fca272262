import { expect, it } from 'vitest';
import { criticalPath } from './critical-path.ts';
import { operationsOf } from './trace-operations.ts';
import { at } from './trace-spans.case.ts';

it('operations of a trace add up what is the same', () => {
  const query = { name: 'SELECT', kind: 'client' } as const;
  const spans = [
    at('a', '', 0, 100, { name: 'GET /' }),
    at('b', 'a', 10, 30, query),
    at('c', 'a', 20, 60, { ...query, error: true }),
    at('d', 'c', 25, 50, { name: 'SELECT' }),
  ];
  expect(operationsOf(spans, criticalPath(spans))).toEqual([
    expect.objectContaining({ name: 'GET /', count: 1, total: 100, self: 50, critical: 60, slowest: 'a' }),
    expect.objectContaining({ name: 'SELECT', kind: 'server', count: 1, total: 25, self: 25, critical: 25 }),
    {
      service: 's',
      kind: 'client',
      name: 'SELECT',
      count: 2,
      errors: 1,
      total: 60,
      longest: 40,
      self: 35,
      critical: 15,
      slowest: 'c',
    },
  ]);
  expect(operationsOf([], [])).toEqual([]);
});
