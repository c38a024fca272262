import { describe, expect, it } from 'vitest';
import { layout, NODE_HEIGHT, NODE_WIDTH, pathOf } from './layout.ts';

describe('layout', () => {
  const input = {
    nodes: ['edge', 'web', 'db', 'cache'],
    edges: [
      ['edge', 'web'],
      ['web', 'db'],
      ['web', 'cache'],
      ['db', 'edge'],
      ['cache', 'cache'],
    ] as const,
    labels: true,
  };
  const { nodes, routes } = layout(input);

  it('puts callers left of what they call', () => {
    expect(nodes.edge.x + NODE_WIDTH).toBeLessThan(nodes.web.x);
    expect(nodes.web.x + NODE_WIDTH).toBeLessThan(nodes.db.x);
    expect(nodes.db.x).toBe(nodes.cache.x);
  });

  it('lets no two cards overlap', () => {
    expect(Math.abs(nodes.db.y - nodes.cache.y)).toBeGreaterThanOrEqual(NODE_HEIGHT);
  });

  it('leads every line from its source to its target, backwards too', () => {
    const middle = (id: string) => nodes[id].y + NODE_HEIGHT / 2;
    expect(routes).toHaveLength(input.edges.length);
    expect(routes[0][0]).toEqual({ x: nodes.edge.x + NODE_WIDTH, y: middle('edge') });
    expect(routes[0].at(-1)).toEqual({ x: nodes.web.x, y: middle('web') });
    expect(routes[3][0]).toEqual({ x: nodes.db.x, y: middle('db') });
    expect(routes[3].at(-1)).toEqual({ x: nodes.edge.x + NODE_WIDTH, y: middle('edge') });
    expect(routes[4].every(({ x }) => x >= nodes.cache.x + NODE_WIDTH)).toBe(true);
  });

  it('draws through every point', () => {
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 10, y: 4 },
      ]),
    ).toBe('M0,0C5,0 5,4 10,4');
  });
});
