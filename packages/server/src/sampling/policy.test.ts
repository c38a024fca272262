import { describe, expect, test } from 'vitest';
import { Policy, type TraceFacts } from './policy.ts';

const CONFIG = { spansPerSecond: 100, slowQuantile: 0.99, perMinute: 2, share: 0 };
const facts = (more: Partial<TraceFacts> = {}): TraceFacts => ({
  id: 'f'.repeat(32),
  kind: 'shop GET /',
  duration: 10e6,
  spans: 1,
  hasError: false,
  rule: null,
  ...more,
});

describe('a trace is kept', () => {
  test('for its error, and for what an attribute says', () => {
    const policy = new Policy({ ...CONFIG, perMinute: 0 }, 0);
    expect(policy.decide(facts(), 0)).toEqual({ isKept: false, reason: 'not_sampled' });
    expect(policy.decide(facts({ hasError: true }), 0)).toEqual({ isKept: true, reason: 'error' });
    expect(policy.decide(facts({ rule: 'always' }), 0)).toEqual({ isKept: true, reason: 'rule' });
    expect(policy.decide(facts({ rule: 'never', hasError: true }), 0)).toEqual({ isKept: false, reason: 'never' });
  });

  test('so many of each kind and minute', () => {
    const policy = new Policy(CONFIG, 0);
    const reasons = (kind: string, now: number) => [1, 2, 3].map(() => policy.decide(facts({ kind }), now).reason);
    expect(reasons('a', 0)).toEqual(['floor', 'floor', 'not_sampled']);
    expect(reasons('b', 0)).toEqual(['floor', 'floor', 'not_sampled']);
    expect(reasons('a', 60_000)).toEqual(['floor', 'floor', 'not_sampled']);
  });

  test('when it is slower than its kind, not when its kind is slow', () => {
    const policy = new Policy({ ...CONFIG, perMinute: 0 }, 0);
    for (let i = 0; i < 1000; i++) {
      policy.decide(facts({ duration: 10e6 + (i % 50) * 1e4 }), i);
      policy.decide(facts({ kind: 'report', duration: 5e9 }), i);
    }
    expect(policy.decide(facts({ duration: 12e6 }), 1000).reason).toBe('slow');
    expect(policy.decide(facts({ duration: 10e6 }), 1000).reason).toBe('not_sampled');
    expect(policy.decide(facts({ kind: 'report', duration: 5e9 }), 1000).reason).toBe('not_sampled');
    expect(policy.decide(facts({ kind: 'new', duration: 5e9 }), 1000).reason).toBe('not_sampled');
  });

  test('by chance, as many as asked and the same at every server', () => {
    const keep = (share: number) => {
      const policy = new Policy({ ...CONFIG, spansPerSecond: 1e9, perMinute: 0, share }, 0);
      return Array.from({ length: 4000 }, (_, i) => {
        const id = (Math.imul(i + 1, 0x9e37_79b1) >>> 0).toString(16).padStart(32, '0');
        return policy.decide(facts({ id }), 0).isKept;
      });
    };
    const tenth = keep(0.1);
    expect(tenth.filter(Boolean).length / 4000).toBeCloseTo(0.1, 1);
    expect(keep(0.1)).toEqual(tenth);
    expect(keep(0.2).every((kept, i) => kept || !tenth[i])).toBe(true);
  });
});

test('the budget holds whatever the reason, and comes back with time', () => {
  const policy = new Policy(CONFIG, 0);
  let kept = 0;
  for (let now = 0; now < 60_000; now += 10) {
    if (policy.decide(facts({ hasError: true, spans: 5 }), now).isKept) kept += 5;
  }
  expect(kept).toBeGreaterThan(100 * 60);
  expect(kept).toBeLessThanOrEqual(100 * (60 + 10) + 5);
  expect(policy.decide(facts({ hasError: true, spans: 5 }), 60_000).reason).toBe('budget');
  expect(policy.decide(facts({ hasError: true, spans: 5 }), 61_000).isKept).toBe(true);
});
