import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Policy, type PolicyConfig, type TraceFacts } from './policy.ts';

const CONFIG: PolicyConfig = {
  spansPerSecond: 100,
  slowQuantile: 0.99,
  rareBelow: 0,
  perMinute: 0,
  application: 'follow',
  share: 0,
};
const facts = (more: Partial<TraceFacts> = {}): TraceFacts => ({
  id: 'f'.repeat(32),
  kind: 1,
  services: new Set([1]),
  structure: 1,
  duration: 10e6,
  spans: 1,
  hasError: false,
  rule: null,
  application: null,
  ...more,
});

describe('a trace is kept', () => {
  test('for its error, and for what an attribute says', () => {
    const policy = new Policy(CONFIG, 0);
    expect(policy.decide(facts(), 0)).toEqual({ outcome: 'dropped', reason: 'not_sampled' });
    expect(policy.decide(facts({ hasError: true }), 0)).toEqual({ outcome: 'kept', reason: 'error' });
    expect(policy.decide(facts({ rule: 'always' }), 0)).toEqual({ outcome: 'kept', reason: 'rule' });
    expect(policy.decide(facts({ rule: 'never', hasError: true }), 0)).toEqual({ outcome: 'dropped', reason: 'never' });
  });

  test('so many of each service and minute, also of one that only others call', () => {
    const policy = new Policy({ ...CONFIG, perMinute: 2 }, 0);
    const reasons = (services: number[], now: number, times = 3) =>
      Array.from({ length: times }, () => policy.decide(facts({ services: new Set(services) }), now).reason);
    expect(reasons([1, 2], 0)).toEqual(['floor', 'floor', 'not_sampled']);
    expect(reasons([1], 0)).toEqual(['not_sampled', 'not_sampled', 'not_sampled']);
    expect(reasons([1, 3], 0)).toEqual(['floor', 'floor', 'not_sampled']);
    expect(reasons([1], 60_000)).toEqual(['floor', 'floor', 'not_sampled']);
    policy.decide(facts({ hasError: true, services: new Set([4]) }), 60_000);
    expect(reasons([4], 60_000)).toEqual(['floor', 'not_sampled', 'not_sampled']);
  });

  test('when it is slower than its kind, not when its kind is slow', () => {
    const policy = new Policy(CONFIG, 0);
    for (let i = 0; i < 1000; i++) {
      policy.decide(facts({ duration: 10e6 + (i % 50) * 1e4 }), i);
      policy.decide(facts({ kind: 2, duration: 5e9 }), i);
    }
    expect(policy.decide(facts({ duration: 12e6 }), 1000).reason).toBe('slow');
    expect(policy.decide(facts({ duration: 10e6 }), 1000).reason).toBe('not_sampled');
    expect(policy.decide(facts({ kind: 2, duration: 5e9 }), 1000).reason).toBe('not_sampled');
    expect(policy.decide(facts({ kind: 3, duration: 5e9 }), 1000).reason).toBe('not_sampled');
  });

  test('when few were made of what it is made of, lately', () => {
    const policy = new Policy({ ...CONFIG, rareBelow: 2 }, 0);
    const reasons = (structure: number, now: number) =>
      [1, 2, 3].map(() => policy.decide(facts({ structure }), now).reason);
    expect(reasons(7, 0)).toEqual(['rare', 'rare', 'not_sampled']);
    expect(reasons(8, 0)).toEqual(['rare', 'rare', 'not_sampled']);
    expect(reasons(7, 310_000)).toEqual(['not_sampled', 'not_sampled', 'not_sampled']);
    expect(reasons(8, 620_000)).toEqual(['rare', 'rare', 'not_sampled']);
  });

  test('where every trace is made of something else, none is rare', () => {
    const policy = new Policy({ ...CONFIG, rareBelow: 3, spansPerSecond: 1e9 }, 0);
    const outcomes = Array.from(
      { length: 60_000 },
      (_, i) => policy.decide(facts({ structure: i * 2_654_435 }), 0).reason,
    );
    expect(outcomes.slice(-1000).filter((reason) => reason === 'rare').length).toBeLessThan(10);
  });

  test('as the application decided, while half of the budget is left', () => {
    const decide = (config: Partial<PolicyConfig>, more: Partial<TraceFacts>) =>
      new Policy({ ...CONFIG, ...config }, 0).decide(facts(more), 0);
    expect(decide({}, { application: 'keep' })).toEqual({ outcome: 'kept', reason: 'application' });
    expect(decide({ application: 'ignore' }, { application: 'keep' }).outcome).toBe('dropped');
    expect(decide({ share: 1 }, { application: 'drop' }).outcome).toBe('dropped');
    expect(decide({ perMinute: 1 }, { application: 'drop' }).outcome).toBe('dropped');
    expect(decide({ perMinute: 1, application: 'ignore' }, { application: 'drop' }).reason).toBe('floor');
    expect(decide({}, { application: 'drop', hasError: true }).reason).toBe('error');
  });

  test('by chance, as many as asked and the same at every server', () => {
    const keep = (share: number) => {
      const policy = new Policy({ ...CONFIG, spansPerSecond: 1e9, share }, 0);
      return Array.from({ length: 4000 }, (_, i) => {
        const id = (Math.imul(i + 1, 0x9e37_79b1) >>> 0).toString(16).padStart(32, '0');
        return policy.decide(facts({ id }), 0).outcome === 'kept';
      });
    };
    const tenth = keep(0.1);
    expect(tenth.filter(Boolean).length / 4000).toBeCloseTo(0.1, 1);
    expect(keep(0.1)).toEqual(tenth);
    expect(keep(0.2).every((kept, i) => kept || !tenth[i])).toBe(true);
  });
});

describe('the budget', () => {
  test('holds whatever the reason, and comes back with time', () => {
    const policy = new Policy(CONFIG, 0);
    let kept = 0;
    for (let now = 0; now < 60_000; now += 10) {
      if (policy.decide(facts({ hasError: true, spans: 5 }), now).outcome === 'kept') kept += 5;
    }
    expect(kept).toBeGreaterThan(100 * 60);
    expect(kept).toBeLessThanOrEqual(100 * (60 + 10) + 5);
    expect(policy.decide(facts({ hasError: true, spans: 5 }), 60_000)).toEqual({
      outcome: 'over_budget',
      reason: 'error',
    });
    expect(policy.decide(facts({ hasError: true, spans: 5 }), 61_000).outcome).toBe('kept');
  });

  const load = fc.array(
    fc.record({
      pause: fc.nat(40),
      spans: fc.integer({ min: 1, max: 30 }),
      rest: fc.record({
        hasError: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
        duration: fc.constantFrom(1e6, 1e6, 1e9),
        kind: fc.nat(3),
        structure: fc.nat(500),
        services: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 }).map((services) => new Set(services)),
        application: fc.constantFrom(null, 'keep' as const, 'drop' as const),
        rule: fc.constantFrom(null, null, null, 'always' as const, 'never' as const),
      }),
    }),
    { minLength: 200, maxLength: 600 },
  );

  test('is kept under any load, and what is surer finds what is less sure left to it', () => {
    const order = ['rule', 'error', 'slow', 'rare', 'floor', 'application', 'share'];
    fc.assert(
      fc.property(load, fc.integer({ min: 10, max: 2000 }), (traces, spansPerSecond) => {
        const config: PolicyConfig = { ...CONFIG, spansPerSecond, rareBelow: 3, perMinute: 6, share: 0.5 };
        const policy = new Policy(config, 0);
        const keptAt: { now: number; spans: number }[] = [];
        let now = 0;
        let refused = order.length;
        for (const [i, { pause, spans, rest }] of traces.entries()) {
          if (pause > 0) refused = order.length;
          now += pause;
          const { outcome, reason } = policy.decide(
            facts({ ...rest, spans, id: i.toString(16).padStart(32, '0') }),
            now,
          );
          if (outcome === 'kept') keptAt.push({ now, spans });
          // Within one instant the budget only shrinks: nothing less sure is kept after something was refused.
          if (outcome === 'kept') expect(order.indexOf(reason)).toBeLessThan(refused);
          if (outcome === 'over_budget') refused = Math.min(refused, order.indexOf(reason));
          if (rest.rule === 'never') expect(outcome).toBe('dropped');
        }
        for (const from of keptAt.keys()) {
          const kept = keptAt.slice(from).reduce((sum, { spans }) => sum + spans, 0);
          const seconds = (now - keptAt[from].now) / 1000;
          expect(kept).toBeLessThanOrEqual(spansPerSecond * (seconds + 10) + 30);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('all errors are kept while they alone fit in it, however much else there is', () => {
    fc.assert(
      fc.property(load, (traces) => {
        const policy = new Policy({ ...CONFIG, spansPerSecond: 1000, rareBelow: 50, perMinute: 1000, share: 1 }, 0);
        let now = 0;
        for (const { spans, rest } of traces) {
          now += 10;
          policy.decide(facts({ ...rest, hasError: false, rule: null, spans: 200 }), now);
          const error = facts({ ...rest, hasError: true, rule: null, spans: Math.min(spans, 8) });
          expect(policy.decide(error, now)).toEqual({ outcome: 'kept', reason: 'error' });
        }
      }),
      { numRuns: 30 },
    );
  });
});
