import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LinkKeys, SpanKeys, SpanWords } from './keys.ts';
import type { LinkerLimits } from './limits.ts';
import { Linker } from './linker.ts';
import { ReferenceLinker } from './reference.case.ts';

type Step =
  | { readonly kind: 'span'; readonly keys: SpanKeys }
  | { readonly kind: 'link'; readonly keys: LinkKeys }
  | { readonly kind: 'wait'; readonly ms: number };

/** Few ids, so that spans repeat, collide, form cycles and name each other in every way. */
const IDS = 14;
const id = (number: number): SpanWords => [number === 0 ? 0 : 7, number];
const word = fc.nat(IDS);
const trace = fc.nat(9).map((number) => [number === 0 ? 0 : 1, 0, 0, number] as const);
const confidence = fc.constantFrom(1, 1, 0.99, 0.97, 0.95, 0.7);

const spanStep = fc
  .record({
    id: fc.integer({ min: 1, max: IDS }).map(id),
    parent: word.map(id),
    trace: fc.nat(9).map((number) => [1, 0, 0, number + 1] as const),
    start: fc.nat(40).map((number) => 1_700_000_000_000_000 + number * 5000),
    duration: fc.nat(60).map((number) => number * 3000),
    source: fc.constantFrom('kernel' as const, 'kernel' as const, 'application' as const),
    role: fc.constantFrom('client' as const, 'server' as const, 'inner' as const),
    host: fc.nat(2),
    method: fc.constantFrom('sequence' as const, 'application' as const, 'thread' as const, 'scope' as const),
    confidence,
    context: fc.option(fc.record({ trace, span: word.map(id) }), { nil: undefined }),
    half: fc.option(fc.nat(4), { nil: undefined }),
  })
  .map(({ context, half, ...keys }): Step => {
    const hasHalf = half !== undefined && keys.source === 'kernel' && keys.role !== 'inner';
    const more = { ...(context === undefined ? {} : { context }), ...(hasHalf ? { halfKey: id(half * 2) } : {}) };
    return { kind: 'span', keys: { ...keys, ...more } };
  });

const linkStep = fc
  .record({
    child: fc.integer({ min: 1, max: IDS }).map(id),
    parent: fc.integer({ min: 1, max: IDS }).map(id),
    method: fc.constantFrom('thread' as const, 'scope' as const),
    confidence,
  })
  .map((keys): Step => ({ kind: 'link', keys }));

const waitStep = fc.constantFrom(500, 1000, 2500, 30_000, 61_000, 700_000).map((ms): Step => ({ kind: 'wait', ms }));

const steps = fc.array(
  fc.oneof({ weight: 8, arbitrary: spanStep }, { weight: 2, arbitrary: linkStep }, { weight: 2, arbitrary: waitStep }),
  { maxLength: 60 },
);

const sorted = (items: readonly object[]) => items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();

function same(all: readonly Step[], limits: Partial<LinkerLimits>): void {
  const linker = new Linker(limits);
  const reference = new ReferenceLinker(limits);
  let now = 0;
  for (const step of [...all, { kind: 'wait', ms: 3000 } as const]) {
    if (step.kind === 'wait') now += step.ms;
    for (const each of [linker, reference]) {
      if (step.kind === 'span') each.span(step.keys, now);
      if (step.kind === 'link') each.link(step.keys, now);
    }
    if (step.kind === 'wait') {
      const [mine, theirs] = [linker.advance(now), reference.advance(now)];
      expect(sorted(mine.aliases)).toEqual(sorted(theirs.aliases));
      expect(sorted(mine.links)).toEqual(sorted(theirs.links));
    }
    for (let i = 1; i <= IDS; i++) expect([i, linker.find(id(i))]).toEqual([i, reference.find(id(i))]);
    expect(linker.size).toMatchObject(reference.size);
  }
}

/** Invariants 1 to 3 and 5 on what the linker says of itself. */
function holds(linker: Linker, limits: Partial<LinkerLimits>): void {
  for (let i = 1; i <= IDS; i++) {
    const found = linker.find(id(i));
    if (found === null) continue;
    let depth = 0;
    for (let at = found; at.parent !== ''; depth++) {
      const above = linker.find([Number.parseInt(at.parent.slice(0, 8), 16), Number.parseInt(at.parent.slice(8), 16)])!;
      expect(above.trace).toBe(found.trace);
      expect(depth).toBeLessThan(limits.maxDepth ?? 256);
      at = above;
    }
  }
}

const RUNS = 1000;

/** Room for all that a test holds; the defaults would take 200 MB for each run. */
const ROOM = { maxSpans: 512, maxTraces: 256, maxRemembered: 512, maxHalfKeys: 64 };

describe('the same as the slow linker', () => {
  const cases: [string, Partial<LinkerLimits>][] = [
    ['with room', ROOM],
    ['with almost none', { maxSpans: 9, maxTraces: 6, maxRemembered: 4, maxHalfKeys: 2 }],
    [
      'with short chains and small traces',
      { ...ROOM, maxDepth: 2, maxTraceSpans: 4, maxAdoptions: 2, maxAdoptionAge: 100 },
    ],
    ['with clocks that must agree', { ...ROOM, clockBound: 5, localBound: 0 }],
  ];
  for (const [name, limits] of cases) {
    test(name, () => {
      fc.assert(
        fc.property(steps, (all) => same(all, limits)),
        { numRuns: RUNS },
      );
    });
  }
});

test('no cycle, no chain past the limit, parent and child in one trace, after every step', () => {
  const limits = { ...ROOM, maxDepth: 3, maxTraceSpans: 6 };
  fc.assert(
    fc.property(steps, (all) => {
      const linker = new Linker(limits);
      let now = 0;
      for (const step of all) {
        if (step.kind === 'span') linker.span(step.keys, now);
        else if (step.kind === 'link') linker.link(step.keys, now);
        else linker.advance((now += step.ms));
        holds(linker, limits);
      }
    }),
    { numRuns: RUNS },
  );
});
