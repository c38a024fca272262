import { expect, it } from 'vitest';
import { graphOf } from './trace-graph.ts';
import { at } from './trace-spans.case.ts';

const http = { 'network.protocol.name': 'http' };

it('a trace as a graph: services with their own time, calls with what the caller waited', () => {
  const { nodes, edges } = graphOf(
    [
      at('s1', '', 0, 100, { service: 'edge', attributes: http }),
      at('c1', 's1', 10, 50, { service: 'edge', kind: 'client', attributes: http }),
      at('s2', 'c1', 15, 45, { service: 'shop', error: true, attributes: http }),
      at('c2', 's1', 50, 60, { service: 'edge', kind: 'client', attributes: http }),
      at('s3', 'c2', 52, 58, { service: 'shop', attributes: http }),
      at('q', 's2', 20, 30, {
        service: 'shop',
        kind: 'client',
        attributes: { 'sonde.peer.service': 'db', 'network.protocol.name': 'pgsql' },
      }),
    ],
    1e9,
  );
  expect(
    nodes.map(({ name, origin, kind, spans, self, requests, errors }) => [
      name,
      origin,
      kind,
      spans,
      self,
      requests,
      errors,
    ]),
  ).toEqual([
    ['edge', 'service', 'http', 3, 64, 1, 0],
    ['shop', 'service', 'http', 3, 36, 2, 1],
    ['db', 'external', 'database', 0, 0, 1, 0],
  ]);
  expect(edges.map(({ source, target, requests, time, first }) => [source, target, requests, time, first.id])).toEqual([
    ['edge', 'shop', 2, 50, 'c1'],
    ['shop', 'db', 1, 10, 'q'],
  ]);
});

it('of nothing is empty', () => {
  expect(graphOf([], 0)).toEqual({ nodes: [], edges: [] });
});
