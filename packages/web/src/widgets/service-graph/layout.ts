import dagre from '@dagrejs/dagre';

export const NODE_WIDTH = 214;
export const NODE_HEIGHT = 60;

export interface LayoutInput {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [source: string, target: string])[];
}

/** Upper left corner of each node, by id. */
export type Positions = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

/** Layers from left to right: callers before what they call. */
export function layout({ nodes, edges }: LayoutInput): Positions {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 130, marginx: 10, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [source, target] of edges) if (source !== target) graph.setEdge(source, target);
  dagre.layout(graph);
  return Object.fromEntries(
    nodes.map((id) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}
