import type { TraceSpan } from '@sonde/api';
import { describe, expect, it } from 'vitest';
import { foldAll, foldOne, hopOf, pan, rowsOf, unfoldedRows, unfoldOne, WHOLE, zoom } from './trace-rows.ts';

function span(id: string, parent: string, offset: number, duration = 10, attributes = {}): TraceSpan {
  return {
    id,
    parent,
    link: null,
    candidates: [],
    trace: 't',
    source: 'kernel',
    service: 's',
    instance: '',
    host: '',
    kind: 'server',
    name: id,
    offset,
    duration,
    clockShift: 0,
    error: false,
    statusMessage: '',
    attributes,
    events: [],
  };
}

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

  it('take a chain of 20,000', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => span(`${i}`, i === 0 ? '' : `${i - 1}`, i));
    expect(rowsOf(chain)[0].descendants).toBe(19_999);
  });
});

describe('the view', () => {
  it('zooms around a point and never leaves the trace', () => {
    expect(zoom(WHOLE, 0.5)).toEqual({ from: 0.25, to: 0.75 });
    expect(zoom(WHOLE, 0.5, 0)).toEqual({ from: 0, to: 0.5 });
    expect(zoom({ from: 0.25, to: 0.75 }, 4)).toEqual(WHOLE);
    expect(zoom({ from: 0, to: 0.1 }, 2)).toEqual({ from: 0, to: 0.2 });
    expect(pan({ from: 0.5, to: 0.75 }, 2)).toEqual({ from: 0.75, to: 1 });
    expect(pan({ from: 0.5, to: 0.75 }, -9)).toEqual({ from: 0, to: 0.25 });
  });
});

describe('a call that both ends saw', () => {
  it('is split into parts that add up', () => {
    const hop = hopOf(span('k', '', 0, 1000), span('s', 'k', 0, 600, { 'sonde.queue_wait': '1e-7' }));
    expect(hop).toEqual({ client: 1000, server: 600, queue: expect.closeTo(100), network: expect.closeTo(300) });
  });

  it('has no negative part', () => {
    const late = span('s', 'k', 0, 1200, { 'sonde.queue_wait': '5' });
    expect(hopOf(span('k', '', 0, 1000), late)).toEqual({ client: 1000, server: 1200, queue: 0, network: 0 });
  });
});
