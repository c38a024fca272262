import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanKeys, SpanWords } from '../keys.ts';
import { Cluster, type Network } from './cluster.case.ts';
import { Owners } from './identifiers.ts';
import { BadBatch, Shard } from './shard.ts';
import type { SpanRecord } from './span-record.ts';

const LIMITS = { maxSpans: 512, maxTraces: 512, maxRemembered: 512 };
const ROOM = { maxRecords: 512, maxIdentifiers: 1024 };
const SUMMARY = { service: 1, endpoint: 2, hasError: false, rule: null, application: null, verdict: null } as const;

const words = (id: number): SpanWords => [id === 0 ? 0 : 5, id];

function record(id: number, parent: number, trace: number, context?: readonly [number, number]): SpanRecord {
  const keys: SpanKeys = {
    id: words(id),
    parent: words(parent),
    trace: [1, 0, 0, trace],
    start: 1_700_000_000_000_000,
    duration: 1000,
    source: 'kernel',
    role: 'server',
    host: 1,
    method: 'sequence',
    confidence: 1,
    ...(context === undefined ? {} : { context: { trace: [2, 0, 0, context[0]], span: words(context[1]) } }),
  };
  return { keys, summary: SUMMARY };
}

const idsOf = ({ keys }: SpanRecord) => [
  `span ${keys.id}`,
  `span ${keys.parent}`,
  `trace ${keys.trace}`,
  ...(keys.context ? [`span ${keys.context.span}`, `trace ${keys.context.trace}`] : []),
];

/** Groups of records that name common ids, by the plainest means. */
function groupsOf(records: readonly SpanRecord[]): Set<SpanRecord>[] {
  const groups: { ids: Set<string>; records: Set<SpanRecord> }[] = [];
  for (const each of records) {
    const ids = new Set(idsOf(each).filter((id) => id !== 'span 0,0'));
    const found = groups.filter((group) => [...ids].some((id) => group.ids.has(id)));
    const all = { ids, records: new Set([each]) };
    for (const group of found) {
      groups.splice(groups.indexOf(group), 1);
      for (const id of group.ids) all.ids.add(id);
      for (const other of group.records) all.records.add(other);
    }
    groups.push(all);
  }
  return groups.map((group) => group.records);
}

const told = fc.record({
  parent: fc.nat(40),
  trace: fc.nat(30),
  context: fc.option(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 40 })), { nil: undefined, freq: 4 }),
  to: fc.nat(2),
  pause: fc.constantFrom(0, 0, 1, 20, 400, 3000),
});

const network = (seed: number): Network => {
  let state = seed | 1;
  const random = () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9;
    return (state >>> 0) / 2 ** 32;
  };
  return { delay: () => Math.floor(random() * 300), repeats: () => random() < 0.2, isUp: () => true };
};

test('whatever the order and the delays, a group comes together at one shard, each record once', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 40 }), fc.integer(), (spans, seed) => {
      const cluster = new Cluster(3, LIMITS, ROOM, network(seed));
      const records = spans.map(({ parent, trace, context }, i) => record(i + 1, parent, trace, context));
      let now = 0;
      for (const [i, { to, pause }] of spans.entries()) {
        cluster.shards[to].span(records[i], now);
        cluster.advance((now += pause));
      }
      for (const end = now + 10_000; now < end; now += 100) cluster.advance(now);
      const homes = new Map<number, number[]>();
      for (const [shard, taken] of cluster.taken.entries()) {
        for (const id of new Set(taken.map(({ keys }) => keys.id[1]))) homes.set(id, [...(homes.get(id) ?? []), shard]);
      }
      for (const group of groupsOf(records)) {
        const at = new Set([...group].flatMap(({ keys }) => homes.get(keys.id[1]) ?? []));
        expect([...at]).toHaveLength(1);
        for (const { keys } of group) expect(homes.get(keys.id[1])).toHaveLength(1);
      }
    }),
    { numRuns: 300 },
  );
});

describe('owners', () => {
  const names = ['http://a:4318', 'http://b:4318', 'http://c:4318'];
  const identifiers = Array.from({ length: 6000 }, (_, i) => [0, i * 7, i * 3 + 1, i] as const);

  test('get about as many each, whatever the order of the names', () => {
    const owners = new Owners(names);
    const counts = Map.groupBy(identifiers, (id) => owners.of(id));
    for (const owned of counts.values()) expect(owned.length / 2000).toBeCloseTo(1, 0);
    const turned = new Owners(names.toReversed());
    expect(identifiers.every((id) => turned.of(id) === 2 - owners.of(id))).toBe(true);
    expect(turned.fingerprint).toBe(owners.fingerprint);
  });

  test('keep what they have when another comes', () => {
    const [before, after] = [new Owners(names), new Owners([...names, 'http://d:4318'])];
    const moved = identifiers.filter((id) => before.of(id) !== after.of(id));
    expect(moved.every((id) => after.of(id) === 3)).toBe(true);
    expect(moved.length / identifiers.length).toBeCloseTo(0.25, 1);
  });
});

describe('a shard', () => {
  const names = ['http://a:4318', 'http://b:4318'];
  const nobody = { take: () => {}, leave: (left: SpanRecord) => left };

  test('refuses what is no batch and what is of another list, and survives any bytes', () => {
    const shard = new Shard(0, names, nobody, ROOM);
    const other = new Shard(1, [...names, 'http://c:4318'], nobody, ROOM);
    for (let i = 1; i < 20; i++) other.span(record(i, 0, i), 0);
    expect(() => shard.receive(other.messages(0)!, 0)).toThrow('the lists of shards differ');
    const sender = new Shard(1, names, nobody, ROOM);
    for (let i = 1; i < 20; i++) sender.span(record(i, 0, i), 0);
    const batch = sender.messages(0)!;
    shard.receive(batch, 0);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(batch.length - 1), fc.nat(255)), { maxLength: 5 }),
        fc.nat(),
        (edits, cut) => {
          const hostile = batch.slice(0, batch.length - (cut % 50));
          for (const [at, byte] of edits) hostile[at % hostile.length] = byte;
          try {
            shard.receive(hostile, 0);
          } catch (error) {
            expect(error).toBeInstanceOf(BadBatch);
          }
        },
      ),
    );
    shard.advance(10_000);
    for (let i = 0; i < 1000; i++) shard.messages(1);
  });

  test('holds no more than it may, gives what it cannot hold at once, and counts what it cannot send', () => {
    let given = 0;
    const home = { ...nobody, take: () => given++ };
    const shard = new Shard(0, names, home, { maxRecords: 100, maxIdentifiers: 200, maxWaiting: 65_536 });
    for (let i = 1; i <= 5000; i++) shard.span(record(i, 0, i), 0);
    shard.advance(0);
    expect(shard.size).toMatchObject({ records: 100 });
    expect(shard.size.identifiers).toBeLessThanOrEqual(400);
    expect(shard.counts.hurried).toBe(given);
    expect(shard.counts.forgottenIdentifiers).toBeGreaterThan(0);
    expect(shard.counts.lost).toBeGreaterThan(0);
    let sent = 0;
    while (shard.messages(1) !== null) sent++;
    expect(sent).toBe(1);
  });
});
