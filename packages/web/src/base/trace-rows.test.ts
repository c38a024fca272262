import { describe, expect, it } from 'vitest';
import {
  foldAll,
  foldedOf,
  foldOne,
  foldText,
  isSaid,
  isUncertain,
  rowsOf,
  unfoldedRows,
  unfoldOne,
} from './trace-rows.ts';
import { at } from './trace-spans.case.ts';

const span = (id: string, parent: string, offset: number, duration = 10) => at(id, parent, offset, offset + duration);

const SPANS = [
  span('b', 'a', 20),
  span('a', '', 0, 100),
  span('c', 'a', 10),
  span('d', 'c', 11),
  span('orphan', 'gone', 5),
  span('e', 'c', 12),
  span('f', 'e', 13),
];
const rows = rowsOf(SPANS);
const names = (all: typeof rows) => all.map((row) => row.span.id).join(' ');

describe('rows of a waterfall', () => {
  it('come each after its parent, siblings by start, orphans as roots', () => {
    expect(rows.map((row) => [row.span.id, row.depth, row.descendants])).toEqual([
      ['a', 0, 5],
      ['c', 1, 3],
      ['d', 2, 0],
      ['e', 2, 1],
      ['f', 3, 0],
      ['b', 1, 0],
      ['orphan', 0, 0],
    ]);
  });

  it('fold and unfold, by level too', () => {
    expect(names(unfoldedRows(rows, new Set(['c'])))).toBe('a c b orphan');
    expect(names(unfoldedRows(rows, foldAll(rows)))).toBe('a orphan');
    const once = foldOne(rows, new Set());
    expect([...once]).toEqual(['e']);
    const twice = foldOne(rows, once);
    expect(names(unfoldedRows(rows, twice))).toBe('a c b orphan');
    expect(names(unfoldedRows(rows, unfoldOne(rows, twice)))).toBe('a c d e b orphan');
    expect(foldOne(rows, foldAll(rows))).toEqual(foldAll(rows));
    expect(unfoldOne(rows, new Set())).toEqual(new Set());
  });

  it('are folded by a link as they were', () => {
    const folded = new Set(['c', 'e']);
    expect(foldText(rows, folded)).toBe('1.3');
    expect(foldedOf(rows, '1.3')).toEqual(folded);
    expect(foldText(rows, new Set())).toBe(undefined);
    expect(foldedOf(rows, undefined)).toEqual(new Set());
    expect(foldedOf(rows, 'x.1.-.zz')).toEqual(new Set(['c']));
    const many = rowsOf(Array.from({ length: 5000 }, (_, i) => span(`${i}`, '', i)));
    expect(foldText(many, new Set(many.map((row) => row.span.id)))).toBe(undefined);
  });

  it('take a chain of 20,000', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => span(`${i}`, i === 0 ? '' : `${i - 1}`, i));
    expect(rowsOf(chain)[0].descendants).toBe(19_999);
  });
});

describe('where a span hangs is a guess', () => {
  const guess = { span: 'x', trace: 't', method: 'scope-forward', confidence: 0.6 };
  it.each([
    [false, null, []],
    [true, null, [guess]],
    [true, { method: 'scope-forward', confidence: 0.94 }, []],
    [false, { method: 'scope-forward', confidence: 0.95 }, []],
    [false, { method: 'scope-both', confidence: 1 }, [guess]],
  ])('%s for %o with candidates %o', (expected, link, candidates) => {
    expect(isUncertain({ ...at('a', '', 0, 1), link, candidates })).toBe(expected);
  });
});

it('a link that was measured is never said to be exact', () => {
  expect(['sequence', 'context', 'header', 'application'].every(isSaid)).toBe(true);
  expect(['client-sequence', 'task', 'queue', 'scope-both', 'scope-forward', 'scope-backward'].some(isSaid)).toBe(
    false,
  );
});
