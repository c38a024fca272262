import { binOf, HIGHEST_BIN, LOWEST_BIN, quantile } from '@sonde/model';
import { OTHER } from '@sonde/protocols';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesKey, SeriesTable } from './series.ts';

function keyOf(fields: Partial<SeriesKey>): SeriesKey {
  return Object.assign(new SeriesKey(), fields);
}

/** The series of a table: key without zeros, and values. */
function rows(table: SeriesTable) {
  return Array.from({ length: table.size }, (_, i) => ({
    key: Object.fromEntries(Object.entries(table.key(i, new SeriesKey())).filter(([, value]) => value !== 0)),
    count: table.counts[i],
    duration: table.durations[i],
    wait: table.waits[i],
    bytes: [table.requestBytes[i], table.responseBytes[i]],
  }));
}

test('exchanges of one key add up, of two keys do not', () => {
  const table = new SeriesTable();
  table.add(keyOf({ target: 7, side: 1 }), 1e6, 10, 100, 1000);
  table.add(keyOf({ target: 7, side: 1 }), 3e6, 20, 200, 2000);
  table.add(keyOf({ target: 8, side: 1 }), 5e6, 30, 300, 3000);
  expect(rows(table)).toEqual([
    { key: { target: 7, side: 1 }, count: 2, duration: 4e6, wait: 30, bytes: [300, 3000] },
    { key: { target: 8, side: 1 }, count: 1, duration: 5e6, wait: 30, bytes: [300, 3000] },
  ]);
  expect(table).toMatchObject({ folded: 0, lost: 0 });
});

test('every field makes a series of its own, and is read back', () => {
  const table = new SeriesTable();
  const fields = Object.keys(new SeriesKey()) as (keyof SeriesKey)[];
  for (const [i, field] of fields.entries()) table.add(keyOf({ [field]: i + 2 }), 1, 0, 0, 0);
  expect(rows(table).map(({ key }) => key)).toEqual(fields.map((field, i) => ({ [field]: i + 2 })));
});

describe('durations', () => {
  test('fall into the bins of the model, from the lowest to the highest that has any', () => {
    const table = new SeriesTable();
    for (const duration of [1e6, 1e6, 2e6, 4e6]) table.add(new SeriesKey(), duration, 0, 0, 0);
    const { offset, counts } = table.bins(0);
    expect(offset).toBe(binOf(1e6));
    expect(counts).toHaveLength(binOf(4e6) - binOf(1e6) + 1);
    expect(counts[0]).toBe(2);
    expect(counts[binOf(2e6) - offset]).toBe(1);
    expect(counts.at(-1)).toBe(1);
  });

  test.each([
    [0, LOWEST_BIN],
    [-5, LOWEST_BIN],
    [1e18, HIGHEST_BIN],
  ])('%d ns is in a bin all the same', (duration, bin) => {
    const table = new SeriesTable();
    table.add(new SeriesKey(), duration, 0, 0, 0);
    expect(table.bins(0)).toEqual({ offset: bin, counts: [1] });
  });

  test('percentiles are right to about one percent', () => {
    const duration = fc.integer({ min: 2_000, max: 60e9 });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (durations) => {
        const table = new SeriesTable();
        for (const one of durations) table.add(new SeriesKey(), one, 0, 0, 0);
        const { offset, counts } = table.bins(0);
        const bins = { indexes: counts.map((_, i) => offset + i), counts };
        const sorted = durations.toSorted((a, b) => a - b);
        for (const q of [0.5, 0.95, 0.99, 1]) {
          const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
          expect(Math.abs((quantile(bins, q) ?? 0) / exact - 1)).toBeLessThan(0.0111);
        }
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(durations.length);
      }),
      { numRuns: 100 },
    );
  });
});

test('an interval leaves nothing to the next', () => {
  const table = new SeriesTable(4);
  for (const duration of [1, 1e6, 1e12]) table.add(keyOf({ target: 5 }), duration, 1, 1, 1);
  table.clear();
  expect(table.size).toBe(0);
  table.add(keyOf({ target: 6 }), 1e6, 2, 3, 4);
  expect(rows(table)).toEqual([{ key: { target: 6 }, count: 1, duration: 1e6, wait: 2, bytes: [3, 4] }]);
  expect(table.bins(0)).toEqual({ offset: binOf(1e6), counts: [1] });
});

describe('limits', () => {
  test('targets past the limit of their service and side are one, (other); the rest goes on', () => {
    const table = new SeriesTable();
    for (let target = 2; target < 702; target++) {
      table.add(keyOf({ identity: 1, target, statement: 9 }), 1, 0, 10, 0);
    }
    table.add(keyOf({ identity: 1, target: 2, statement: 9 }), 1, 0, 10, 0);
    table.add(keyOf({ identity: 1, side: 1, target: 9_000 }), 1, 0, 10, 0);
    table.add(keyOf({ identity: 2, target: 9_000 }), 1, 0, 10, 0);
    const found = rows(table);
    expect(table).toMatchObject({ size: 503, folded: 200, lost: 0 });
    expect(found.find(({ key }) => key.target === OTHER)).toMatchObject({
      key: { identity: 1, target: OTHER },
      count: 200,
      bytes: [2000, 0],
    });
    expect(found.find(({ key }) => key.target === 2)?.count).toBe(2);
    table.clear();
    table.add(keyOf({ identity: 1, target: 700 }), 1, 0, 0, 0);
    expect(rows(table)[0].key).toEqual({ identity: 1, target: 700 });
  });

  test('exchanges that a full table cannot take are counted; known series go on', () => {
    const table = new SeriesTable(3);
    for (let status = 1; status <= 5; status++) table.add(keyOf({ status }), 1, 0, 0, 0);
    table.add(keyOf({ status: 1 }), 1, 0, 0, 0);
    expect(table).toMatchObject({ size: 3, lost: 2 });
    expect(table.counts[0]).toBe(2);
  });
});

test('whatever comes, every exchange is in one series or counted as lost', () => {
  const small = fc.nat(3);
  const key = fc.record({ side: fc.nat(1), identity: small, target: fc.nat(2000), status: small, peer: small });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 800 }), (keys) => {
      const table = new SeriesTable(256);
      const wanted = new Map<string, number>();
      for (const fields of keys) {
        const name = JSON.stringify(keyOf(fields));
        wanted.set(name, (wanted.get(name) ?? 0) + 1);
        table.add(keyOf(fields), 1e6, 1, 1, 1);
      }
      let total = table.lost;
      for (let i = 0; i < table.size; i++) {
        total += table.counts[i];
        const found = table.key(i, new SeriesKey());
        if (found.target !== OTHER) expect(table.counts[i]).toBe(wanted.get(JSON.stringify(found)));
      }
      expect(total).toBe(keys.length);
      if (table.size < 256) expect(table.lost).toBe(0);
    }),
    { numRuns: 60 },
  );
});
