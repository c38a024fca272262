import { describe, expect, test } from 'vitest';
import { ClockOffsets } from './clock-offsets.ts';
import type { SpanKeys, SpanWords } from './keys.ts';
import { Linker } from './linker.ts';

const LIMITS = { maxSpans: 4096, maxTraces: 4096, maxRemembered: 4096, maxHalfKeys: 64 };
const T0 = 1_700_000_000_000_000;
const words = (id: number): SpanWords => [id === 0 ? 0 : 9, id];
const span = (id: number) => `00000009${id.toString(16).padStart(8, '0')}`;
const trace = (id: number) => id.toString(16).padStart(32, '0');

interface Told extends Partial<Omit<SpanKeys, 'id' | 'parent' | 'trace' | 'context' | 'halfKey'>> {
  readonly id: number;
  readonly parent?: number;
  readonly trace: number;
  readonly context?: { readonly trace: number; readonly span: number };
  readonly half?: number;
}

function keys({ id, parent = 0, trace: declared, context, half, ...rest }: Told): SpanKeys {
  return {
    id: words(id),
    parent: words(parent),
    trace: [0, 0, 0, declared],
    start: T0,
    duration: 100_000,
    source: 'kernel',
    role: 'server',
    host: 1,
    method: 'sequence',
    confidence: 1,
    ...(context === undefined ? {} : { context: { trace: [0, 0, 0, context.trace], span: words(context.span) } }),
    ...(half === undefined ? {} : { halfKey: words(half * 2) }),
    ...rest,
  };
}

/** Client and server span of one request, as both kernels saw them: ids and trace come from the request. */
const request = (id: number, at: number, from: number, to: number, more: Partial<Told> = {}): Told[] => [
  { id, trace: id, role: 'client', start: at, duration: 50_000, host: from, ...more },
  { ...more, id: id + 1, parent: id, trace: id, start: at + 1000, duration: 48_000, host: to },
];

const parents = (linker: Linker, ids: readonly number[]) => ids.map((id) => linker.find(words(id))?.parent ?? null);
const traces = (linker: Linker, ids: readonly number[]) => ids.map((id) => linker.find(words(id))?.trace ?? null);

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

describe('requests between kernels', () => {
  const gateway: Told = { id: 1, trace: 1, start: T0, host: 1 };
  const call = request(10, T0 + 5000, 1, 2, {});
  const all = [gateway, ...call];
  const link = { child: words(10), parent: words(1), method: 'scope' as const, confidence: 0.99 };

  test('are one trace in whatever order spans and links come', () => {
    for (const order of permutations([...all.map((each) => () => each), () => link])) {
      const linker = new Linker(LIMITS);
      for (const make of order) {
        const item = make();
        if ('child' in item) linker.link(item, 0);
        else linker.span(keys(item), 0);
      }
      const changes = linker.advance(3000);
      expect(parents(linker, [1, 10, 11])).toEqual(['', span(1), span(10)]);
      expect(traces(linker, [1, 10, 11])).toEqual([trace(1), trace(1), trace(1)]);
      expect(changes.aliases).toEqual([{ trace: trace(10), name: trace(1) }]);
      expect(changes.links).toEqual([
        { trace: trace(10), span: span(10), parent: span(1), method: 'scope', confidence: 0.99 },
      ]);
    }
  });

  test('a guess waits, a surer one replaces it, and after its grace nothing does', () => {
    const linker = new Linker(LIMITS);
    for (const each of [gateway, { ...gateway, id: 2, trace: 2 }, ...call]) linker.span(keys(each), 0);
    linker.link({ ...link, parent: words(2), confidence: 0.96 }, 0);
    expect(parents(linker, [10])).toEqual(['']);
    linker.link(link, 100);
    linker.advance(3000);
    expect(parents(linker, [10])).toEqual([span(1)]);
    linker.link({ ...link, parent: words(2), confidence: 1 }, 3100);
    expect(parents(linker, [10])).toEqual([span(1)]);
    expect(linker.counts).toMatchObject({ conflicts: 1 });
  });

  test('uncertain links and links that do not nest are no parents', () => {
    const linker = new Linker(LIMITS);
    for (const each of [{ ...gateway, duration: 1000 }, ...call]) linker.span(keys(each), 0);
    linker.link({ ...link, confidence: 0.9 }, 0);
    linker.link({ ...link, confidence: 0.99 }, 0);
    linker.link({ ...link, child: words(1) }, 0);
    linker.advance(3000);
    expect(parents(linker, [10, 1])).toEqual(['', '']);
    expect(linker.counts).toMatchObject({ uncertain: 1, refusedTime: 1, refusedSelf: 1 });
  });

  test('a child that comes after its parent was let go still gets the trace; after the memory it does not', () => {
    for (const [wait, expected] of [
      [300_000, trace(10)],
      [700_000, trace(20)],
    ] as const) {
      const linker = new Linker(LIMITS);
      linker.span(keys(call[0]), 0);
      linker.advance(61_000);
      expect(linker.size).toMatchObject({ spans: 0, remembered: 1 });
      linker.advance(wait);
      linker.span(keys({ ...call[1], trace: 20 }), wait);
      expect(traces(linker, [11])).toEqual([expected]);
    }
  });

  test('what leaves for want of room is counted', () => {
    const linker = new Linker({ maxSpans: 100, maxTraces: 50, maxRemembered: 20 });
    for (let i = 1; i <= 1000; i++) linker.span(keys({ id: i, trace: i }), i);
    expect(linker.counts.spans).toBe(1000);
    expect(linker.counts.evicted).toBe(1000 - linker.size.spans);
    expect(linker.counts.forgotten).toBe(linker.counts.evicted - linker.size.remembered);
    expect(linker.size.traces).toBeLessThanOrEqual(50);
  });
});

describe('requests whose server chose another start than the client saw (SYN proxy)', () => {
  const client = (id: number, half: number, more: Partial<Told> = {}): Told => ({
    ...{ id, trace: id, half, role: 'client', start: T0, duration: 50_000, host: 1 },
    ...more,
  });
  /** Names a client's span that nobody ever sees. */
  const server = (id: number, half: number, more: Partial<Told> = {}): Told => ({
    ...{ id, parent: id + 500, trace: id, half, start: T0 + 1000, duration: 48_000, host: 2 },
    ...more,
  });
  const after = (all: readonly Told[], limits = {}) => {
    const linker = new Linker({ ...LIMITS, ...limits });
    for (const each of all) linker.span(keys(each), 0);
    const { links } = linker.advance(3000);
    return { linker, links };
  };

  test('are linked by the half of the key that is the same at both ends, in whatever order they come', () => {
    for (const [first, second] of permutations([client(10, 5), server(20, 5)])) {
      for (const pause of [0, 1000, 5000]) {
        const linker = new Linker(LIMITS);
        linker.span(keys(first), 0);
        linker.advance(pause);
        linker.span(keys(second), pause);
        expect(linker.advance(pause + 1900).links).toEqual([]);
        const { links, aliases } = linker.advance(pause + 3000);
        const found = {
          trace: trace(20),
          span: span(20),
          parent: span(10),
          method: 'client-sequence',
          confidence: 0.99,
        };
        expect(links).toEqual([found]);
        expect(aliases).toEqual([{ trace: trace(20), name: trace(10) }]);
      }
    }
  });

  test.each([
    ['another half key', [client(10, 5), server(20, 6)]],
    ['two clients with it', [client(10, 5), client(11, 5), server(20, 5)]],
    ['two servers with it', [client(10, 5), server(20, 5), server(21, 5)]],
    [
      'a client that has its server',
      [...request(10, T0, 1, 2, {}).map((each) => ({ ...each, half: 5 })), server(20, 5)],
    ],
    ['a server that has its client', [client(10, 5), client(520, 7), server(20, 5)]],
    ['a server that began before', [client(10, 5), server(20, 5, { start: T0 - 3_000_000 })]],
    ['a server that began when the client was done', [client(10, 5), server(20, 5, { start: T0 + 70_000, host: 1 })]],
    ['a server that took longer', [client(10, 5), server(20, 5, { duration: 60_000 })]],
    ['a server that began much later', [client(10, 5, { duration: 9e6 }), server(20, 5, { start: T0 + 3e6 })]],
    [
      'an application that named its parent',
      [client(10, 5), server(20, 5, { source: 'application', method: 'application' })],
    ],
  ])('but not %s', (_, all) => {
    expect(after(all).links).toEqual([]);
  });

  test('nor when too much time has passed; what leaves for want of room is counted', () => {
    const linker = new Linker(LIMITS);
    linker.span(keys(client(10, 5)), 0);
    linker.advance(11_000);
    linker.span(keys(server(20, 5)), 11_000);
    expect(linker.advance(20_000).links).toEqual([]);
    const many = Array.from({ length: 10 }, (_, i) => [client(10 + i, i), server(100 + i, i)]).flat();
    const { linker: small, links } = after(many, { maxHalfKeys: 8 });
    expect(links).toHaveLength(4);
    expect(small.counts.forgottenHalfKeys).toBe(12);
  });
});

describe('requests and an application that traces itself', () => {
  const APP = 100;
  const app = { source: 'application', trace: APP, method: 'application', host: 8 } as const;
  const client: Told = { ...app, id: 1, role: 'client', duration: 60_000 };
  const server: Told = { ...app, id: 2, parent: 1, start: T0 + 3000, duration: 40_000 };
  const [kernelClient, kernelServer] = request(10, T0 + 1000, 1, 2, { context: { trace: APP, span: 1 } });
  const all = [client, server, kernelClient, kernelServer];

  test('are one trace, the request under the span that its context names', () => {
    for (const order of permutations(all)) {
      const linker = new Linker(LIMITS);
      for (const each of order) linker.span(keys(each), 0);
      const { aliases, links } = linker.advance(3000);
      expect(parents(linker, [1, 10, 11, 2])).toEqual(['', span(1), span(10), span(1)]);
      expect(new Set(traces(linker, [1, 2, 10, 11]))).toEqual(new Set([trace(APP)]));
      expect(aliases).toEqual([{ trace: trace(10), name: trace(APP) }]);
      expect(links).toMatchObject([{ span: span(10), parent: span(1), method: 'context' }]);
    }
  });

  test('also when the exporters are seconds apart', () => {
    for (const order of permutations(all)) {
      const linker = new Linker(LIMITS);
      for (const [i, each] of order.entries()) {
        linker.advance(i * 5000);
        linker.span(keys(each), i * 5000);
      }
      linker.advance(30_000);
      expect(parents(linker, [10, 11, 2])).toEqual([span(1), span(10), span(1)]);
      expect(new Set(traces(linker, [1, 2, 10, 11]))).toEqual(new Set([trace(APP)]));
    }
  });

  test('where nobody saw the client of the request, the trace is one and the server waits for it', () => {
    const linker = new Linker(LIMITS);
    for (const each of [client, server, kernelServer]) linker.span(keys(each), 0);
    linker.advance(3000);
    expect(parents(linker, [11, 2])).toEqual(['', span(1)]);
    expect(new Set(traces(linker, [1, 2, 11]))).toEqual(new Set([trace(APP)]));
  });

  test('a context sent on as it was received makes the requests one trace', () => {
    const linker = new Linker(LIMITS);
    const next = request(20, T0 + 9000, 2, 3, { context: { trace: APP, span: 1 } });
    for (const each of [kernelClient, kernelServer, ...next]) linker.span(keys(each), 0);
    const { aliases } = linker.advance(3000);
    expect(parents(linker, [10, 11, 20, 21])).toEqual(['', span(10), '', span(20)]);
    expect(aliases.map(({ name }) => name)).toEqual([trace(APP), trace(APP)]);
  });

  test('the context wins over a guess if its span comes, and the guess stands if it does not', () => {
    for (const comes of [true, false]) {
      const linker = new Linker(LIMITS);
      linker.span(keys({ id: 50, trace: 50, host: 1, start: T0 - 1000 }), 0);
      linker.span(keys({ ...kernelClient, parent: 50, method: 'thread', confidence: 0.999 }), 0);
      if (comes) linker.span(keys(client), 500);
      linker.advance(3000);
      expect(parents(linker, [10])).toEqual([span(comes ? 1 : 50)]);
    }
  });

  test('one context for ever does not become one trace', () => {
    const linker = new Linker({ ...LIMITS, maxAdoptions: 3 });
    for (let i = 0; i < 10; i++) {
      linker.span(keys({ id: 10 + i, trace: 10 + i, role: 'client', context: { trace: APP, span: 1 } }), 0);
    }
    linker.advance(3000);
    expect(linker.counts.refusedContext).toBe(7);
    expect(new Set(traces(linker, [13, 14, 19]))).toEqual(new Set([trace(13), trace(14), trace(19)]));
  });
});

describe('clocks', () => {
  test('a shift that no call needs is none; one that all need is found', () => {
    const clocks = new ClockOffsets();
    expect(clocks.between(1, 2)).toBeNull();
    for (let i = 0; i < 100; i++) {
      const at = T0 + i * 1000;
      const [there, work, back] = [200 + (i % 7) * 30, 5000, 150 + (i % 5) * 40];
      const end = at + there + work + back;
      clocks.observe(1, 2, at, end, at + there - 70_000, at + there + work - 70_000);
      clocks.observe(3, 1, at, end, at + there, at + there + work);
    }
    expect(clocks.between(1, 2)).toBeCloseTo(-70_000 + 25, 0);
    expect(clocks.between(2, 1)).toBeCloseTo(70_000 - 25, 0);
    expect(clocks.between(1, 3)).toBe(0);
  });
});
