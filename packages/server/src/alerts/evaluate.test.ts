import { alertRule } from '@sonde/api';
import { describe, expect, test } from 'vitest';
import { type Standing, step } from './evaluate.ts';
import { matcherOf } from './pattern.ts';

const RULE = { name: 'x', metric: 'error_rate', threshold: 0.05, for: 20, recovery: 30 } as const;
const rule = (change: Record<string, unknown> = {}) => alertRule.parse({ ...RULE, ...change });

/** Events by the second they happen in, from one value every 10 s. */
function run(changes: Record<string, unknown>, values: readonly (number | null)[]): string[] {
  let standing: Standing | undefined;
  return values.flatMap((value, i) => {
    const taken = step(rule(changes), standing, value, i * 10_000);
    standing = taken.standing;
    return taken.event === null ? [] : [`${i * 10}: ${taken.event}`];
  });
}

const BAD = 0.06;
const GOOD = 0.05;

describe('a rule', () => {
  test.each<[string, Record<string, unknown>, (number | null)[], string[]]>([
    ['fires once the condition has held, and once', {}, [GOOD, BAD, BAD, BAD, BAD], ['10: pending', '30: firing']],
    [
      'does not fire on a short peak',
      {},
      [BAD, GOOD, BAD, BAD, GOOD],
      ['0: pending', '10: cleared', '20: pending', '40: cleared'],
    ],
    [
      'resolves after a calm that lasts',
      { for: 0 },
      [BAD, GOOD, GOOD, BAD, GOOD, GOOD, GOOD, GOOD],
      ['0: firing', '70: resolved'],
    ],
    [
      'can fire and resolve at once',
      { for: 0, recovery: 0 },
      [BAD, GOOD, BAD],
      ['0: firing', '10: resolved', '20: firing'],
    ],
    [
      'holds for values below as well',
      { operator: 'below', threshold: 0.9, metric: 'apdex', for: 0 },
      [0.9, 0.89],
      ['10: firing'],
    ],
    ['takes no data for well', { for: 0, recovery: 0 }, [null, BAD, null], ['10: firing', '20: resolved']],
    [
      'keeps its state without data',
      { for: 0, recovery: 0, noData: 'keep' },
      [null, BAD, null, null, GOOD],
      ['10: firing', '40: resolved'],
    ],
    ['fires without data', { for: 0, noData: 'alert' }, [GOOD, null], ['10: firing']],
    [
      'of no data counts what is missed',
      { metric: 'no_data', for: 0, recovery: 0, noData: 'keep' },
      [0, 1, null, 0],
      ['10: firing', '30: resolved'],
    ],
    ['of a burn rate fires at the limit', { metric: 'burn_rate', for: 0 }, [0.99, 1], ['10: firing']],
  ])('%s', (_, changes, values, events) => {
    expect(run(changes, values)).toEqual(events);
  });
});

test('patterns', () => {
  const cases: [string, string, boolean][] = [
    ['*', '', true],
    ['shop', 'shop', true],
    ['shop', 'shop-1', false],
    ['shop-*', 'shop-1', true],
    ['*-db', 'orders-db', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['aa*aa', 'aaa', false],
    ['GET /a.b*', 'GET /axb', false],
  ];
  for (const [pattern, text, expected] of cases)
    expect([pattern, text, matcherOf(pattern)(text)]).toEqual([pattern, text, expected]);
});
