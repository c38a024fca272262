import { describe, expect, it } from 'vitest';
import { busiest, surroundings } from './graph.ts';

const edges = [
  { source: 'a', target: 'b' },
  { source: 'b', target: 'c' },
  { source: 'c', target: 'd' },
  { source: 'x', target: 'b' },
];

describe('surroundings', () => {
  it('goes both ways, as many hops as asked', () => {
    expect([...surroundings('b', edges, 1)].sort()).toEqual(['a', 'b', 'c', 'x']);
    expect([...surroundings('a', edges, 2)].sort()).toEqual(['a', 'b', 'c', 'x']);
    expect([...surroundings('nobody', edges, 3)]).toEqual(['nobody']);
  });
});

describe('busiest', () => {
  it('keeps the edges between the nodes it keeps', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((id, index) => ({ id, requests: 10 - index }));
    const cut = busiest(nodes, edges, 3);
    expect(cut.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(cut.edges).toEqual(edges.slice(0, 2));
    expect(busiest(nodes, edges, 4).nodes).toBe(nodes);
  });
});
