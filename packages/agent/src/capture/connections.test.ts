import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Connection, Connections } from './connections.ts';

const u32 = fc.nat(0xffff_ffff);

describe('connections', () => {
  test('are found by both starts, and made when first asked for', () => {
    const connections = new Connections();
    const first = connections.of(1, 2);
    expect(first).toMatchObject({ clientStart: 1, serverStart: 2, ends: [null, null], asked: -1, lastSeen: 0 });
    expect(connections.of(1, 2)).toBe(first);
    expect(connections.of(2, 1)).not.toBe(first);
    expect(connections.of(1, 3)).not.toBe(first);
    expect(connections.size).toBe(3);
  });

  test('any pair of numbers is one connection and no other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(u32, u32), { maxLength: 500 }), (pairs) => {
        const connections = new Connections();
        const known = new Map<string, Connection>();
        for (const [client, server] of [...pairs, ...pairs]) {
          const key = `${client} ${server}`;
          const found = connections.of(client, server);
          expect(found).toMatchObject({ clientStart: client, serverStart: server });
          expect(known.get(key) ?? found).toBe(found);
          known.set(key, found);
        }
        expect(connections.size).toBe(known.size);
      }),
      { numRuns: 50 },
    );
  });

  test('stay the same while the table grows', () => {
    const connections = new Connections();
    const made = Array.from({ length: 20_000 }, (_, i) => connections.of(i * 64_000, 5));
    for (const [i, one] of made.entries()) expect(connections.of(i * 64_000, 5)).toBe(one);
    expect(connections.size).toBe(20_000);
  });

  test('that are over are ended once and forgotten, the others stay', () => {
    const connections = new Connections();
    const made = Array.from({ length: 9_000 }, (_, i) => connections.of(i, i));
    const ended: number[] = [];
    connections.sweep(
      ({ clientStart }) => clientStart % 3 === 0,
      ({ clientStart }) => ended.push(clientStart),
    );
    expect(ended).toHaveLength(3_000);
    expect(new Set(ended).size).toBe(3_000);
    expect(connections.size).toBe(6_000);
    expect(connections.of(1, 1)).toBe(made[1]);
    expect(connections.of(3, 3)).not.toBe(made[3]);
  });

  test('past the limit are made, counted and not kept', () => {
    const connections = new Connections();
    for (let i = 0; i < 1 << 17; i++) connections.of(i, 0);
    expect(connections.evicted).toBe(0);
    const over = connections.of(1, 1);
    expect(over).toMatchObject({ clientStart: 1, serverStart: 1 });
    expect(connections.of(1, 1)).not.toBe(over);
    expect(connections).toMatchObject({ size: 1 << 17, evicted: 2 });
    expect(connections.of(77, 0)).toBe(connections.of(77, 0));
  });
});
