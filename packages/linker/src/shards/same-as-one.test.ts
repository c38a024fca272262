import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SpanKeys } from '../keys.ts';
import type { Changes } from '../linker.ts';
import { ReferenceLinker } from '../reference.case.ts';
import { Cluster } from './cluster.case.ts';

const T0 = 1_700_000_000_000_000;
const LIMITS = { maxSpans: 2048, maxTraces: 2048, maxRemembered: 2048, maxHalfKeys: 512 };
const ROOM = { maxRecords: 2048, maxIdentifiers: 4096, wait: 2500 };
const SHARDS = 3;
const SUMMARY = { service: 1, endpoint: 1, hasError: false, rule: null, application: null, verdict: null } as const;

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('');

/** Numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Traces as agents and applications tell of them: requests seen at both ends or one, calls linked with more or less
 * certainty or not at all; and what several shards find as one does only if it comes in time: contexts sent on,
 * applications that trace themselves, SYN proxies.
 */
function spansOf(traces: number, withMore: boolean, random: () => number): SpanKeys[][] {
  let spans: SpanKeys[] = [];
  const word = () => Math.floor(random() * 2 ** 32);
  const chance = (share: number) => random() < share;
  const id = () => [word(), 1 + word()] as const;
  const trace = () => [word(), word(), word(), 1 + word()] as const;
  const none = [0, 0] as const;

  const serve = (
    parent: SpanKeys | null,
    start: number,
    duration: number,
    depth: number,
    context: SpanKeys['context'],
  ) => {
    const host = Math.floor(random() * 4);
    const sure = { method: 'sequence', confidence: 1, host };
    const above = withMore && parent !== null && chance(0.1) ? { ...parent, id: id(), trace: trace() } : parent;
    const half = above?.halfKey === undefined ? {} : { halfKey: above.halfKey };
    const own = { id: id(), trace: above?.trace ?? trace(), start, duration, ...sure, ...half };
    const kernel = { source: 'kernel', ...(context === undefined ? {} : { context }) } as const;
    const server: SpanKeys = { ...own, parent: above?.id ?? none, role: 'server', ...kernel };
    if (chance(0.95)) spans.push(server);
    let app: SpanKeys | null = null;
    if (context !== undefined && chance(0.5)) {
      const told = { id: id(), trace: context.trace, parent: context.span, method: 'application', confidence: 1 };
      app = {
        ...told,
        start: start + 10,
        duration: duration - 20,
        source: 'application',
        role: 'server',
        host: 9,
      };
      spans.push(app);
    }
    if (depth === 0) return;
    const width = 1 + Math.floor(random() * 3);
    const each = (duration - 200) / width;
    for (let i = 0; i < width; i++) {
      const at = start + 100 + i * each;
      let sent = chance(0.7) ? context : undefined;
      if (withMore && (app !== null || chance(0.1))) {
        const from = app ?? { id: none, trace: trace() };
        const call: SpanKeys = {
          ...server,
          id: id(),
          trace: from.trace,
          parent: from.id,
          start: at,
          duration: each - 20,
          source: 'application',
          role: 'client',
          method: 'application',
          host: 9,
        };
        const { context: _, halfKey: __, ...plain } = call;
        if (chance(0.9)) spans.push(plain);
        sent = { trace: from.trace, span: call.id };
      }
      const isLinked = chance(0.9);
      const { context: _, ...base } = server;
      const client: SpanKeys = {
        ...base,
        id: id(),
        parent: isLinked ? server.id : none,
        trace: isLinked && chance(0.5) ? server.trace : trace(),
        start: at + 5,
        duration: each - 40,
        role: 'client',
        method: 'scope',
        confidence: chance(0.5) ? 1 : 0.97,
        halfKey: id(),
        ...(sent === undefined ? {} : { context: sent }),
      };
      if (chance(0.95)) spans.push(client);
      serve(client, at + 10, each - 60, depth - 1, sent);
    }
  };
  return Array.from({ length: traces }, (_, i) => {
    spans = [];
    serve(null, T0 + i * 1000, 500_000, Math.floor(random() * 4), undefined);
    return spans;
  });
}

/** Trace ids that the pairs make one, each set named by its least. */
function setsOf(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const set = new Map<string, string>();
  const find = (id: string): string => (set.get(id) === undefined || set.get(id) === id ? id : find(set.get(id)!));
  for (const [a, b] of pairs) {
    const [x, y] = [find(a), find(b)].sort();
    set.set(x, x);
    set.set(y, x);
  }
  return new Map([...set.keys()].map((id) => [id, find(id)]));
}

/** One linker and several shards over the same spans, with batches between shards delayed, repeated, and a share of them lost. */
function run(spans: readonly SpanKeys[], lateShare: number, random: () => number, lossShare = 0) {
  const arrivals = spans.flatMap((keys) => {
    const late = random() < lateShare ? 5000 * Math.floor(1 + random() * 8) : 0;
    const at = late + Math.floor(random() * 1000);
    return random() < 0.05
      ? [
          { at, keys },
          { at: at + Math.floor(random() * 300), keys },
        ]
      : [{ at, keys }];
  });
  arrivals.sort((a, b) => a.at - b.at);
  const one = new ReferenceLinker(LIMITS);
  const delay = () => Math.floor(random() * 60);
  const cluster = new Cluster(SHARDS, LIMITS, ROOM, {
    delay,
    repeats: () => random() < 0.1,
    isUp: () => random() >= lossShare,
  });
  const changes: Changes[] = [];
  let [next, taken] = [0, 0];
  for (let now = 0; now < 50_000; now += 20) {
    for (; next < arrivals.length && arrivals[next].at <= now; next++) {
      const { keys } = arrivals[next];
      cluster.shards[Math.floor(random() * SHARDS)].span({ keys, summary: SUMMARY }, now);
    }
    cluster.advance(now);
    for (; taken < cluster.order.length; taken++) one.span(cluster.order[taken].keys, now);
    changes.push(one.advance(now) as Changes);
  }
  return { one, cluster, changes };
}

const pairsOf = (changes: readonly Changes[]) =>
  changes.flatMap(({ aliases }) => aliases.map(({ trace, name }) => [trace, name] as const));
const linksOf = (changes: readonly Changes[]) =>
  [...new Set(changes.flatMap(({ links }) => links.map((link) => JSON.stringify(Object.entries(link).sort()))))].sort();

const CASES: [string, boolean, number][] = [
  ['that come within a second', true, 0],
  ['some of them late', false, 0.1],
];
for (const [name, withMore, lateShare] of CASES) {
  test(`several shards find what one linker finds in spans ${name}, in whatever order, some repeated`, () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, traces) => {
        const random = randomFrom(seed);
        const spans = spansOf(traces, withMore, random).flat();
        const { one, cluster, changes } = run(spans, lateShare, random);
        expect([...setsOf(pairsOf(cluster.changes))].sort()).toEqual([...setsOf(pairsOf(changes))].sort());
        expect(linksOf(cluster.changes)).toEqual(linksOf(changes));
        for (const keys of spans) {
          const home = cluster.taken.findIndex((taken) => taken.some((record) => hex(record.keys.id) === hex(keys.id)));
          expect(cluster.linkers[home].find(keys.id)).toEqual(one.find(keys.id));
        }
      }),
      { numRuns: 50 },
    );
  });
}

test('what is late or lost between shards costs links; no link leads from one trace to another', () => {
  let linked = 0;
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 6 }), fc.constantFrom(0, 0.2), (seed, count, lossShare) => {
      const random = randomFrom(seed);
      const traces = spansOf(count, true, random);
      const { cluster } = run(traces.flat(), 0.2, random, lossShare);
      const ids = (keys: SpanKeys) => [hex(keys.trace), ...(keys.context ? [hex(keys.context.trace)] : [])];
      const ofTrace = new Map(traces.flatMap((spans, i) => spans.flatMap(ids).map((id) => [id, i])));
      const ofSpan = new Map(traces.flatMap((spans, i) => spans.map((keys) => [hex(keys.id), i])));
      for (const [a, b] of pairsOf(cluster.changes)) expect(ofTrace.get(a)).toBe(ofTrace.get(b));
      for (const { links } of cluster.changes) {
        for (const { span, parent } of links) expect(ofSpan.get(span)).toBe(ofSpan.get(parent));
        linked += links.length;
      }
    }),
    { numRuns: 50 },
  );
  expect(linked).toBeGreaterThan(500);
});
