import dagre from '@dagrejs/dagre';

export const NODE_WIDTH = 212;
export const NODE_HEIGHT = 60;
const LABEL_WIDTH = 76;
const LABEL_HEIGHT = 34;

export interface LayoutInput {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [source: string, target: string])[];
  /** Keep room for a label on every edge. */
  readonly labels: boolean;
}

export interface XY {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** Upper left corner of each node, by id. */
  readonly nodes: Readonly<Record<string, XY>>;
  /** For each edge of the input, the points its line passes, from source to target. */
  readonly routes: readonly (readonly XY[])[];
}

/** Layers from left to right: callers before what they call. */
export function layout({ nodes, edges, labels }: LayoutInput): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: labels ? 18 : 14, ranksep: labels ? 64 : 110, edgesep: 10 });
  const label = labels ? { width: LABEL_WIDTH, height: LABEL_HEIGHT, labelpos: 'c' } : {};
  for (const id of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [source, target] of edges) if (source !== target) graph.setEdge(source, target, { ...label });
  dagre.layout(graph);
  const centre = (id: string) => graph.node(id) as XY;
  return {
    nodes: Object.fromEntries(
      nodes.map((id) => [id, { x: centre(id).x - NODE_WIDTH / 2, y: centre(id).y - NODE_HEIGHT / 2 }]),
    ),
    routes: edges.map(([source, target]) =>
      source === target
        ? loop(centre(source))
        : route(centre(source), centre(target), (graph.edge(source, target) as { points: XY[] }).points),
    ),
  };
}

/** From side to side of the cards: out at the right, in at the left; the other way for a call back to an earlier layer. */
function route(source: XY, target: XY, points: readonly XY[]): XY[] {
  const side = (target.x >= source.x ? 1 : -1) * (NODE_WIDTH / 2);
  return [{ x: source.x + side, y: source.y }, ...points.slice(1, -1), { x: target.x - side, y: target.y }];
}

/** A service that calls itself. */
function loop({ x, y }: XY): XY[] {
  const right = x + NODE_WIDTH / 2;
  return [
    { x: right, y: y - 14 },
    { x: right + 30, y: y },
    { x: right, y: y + 14 },
  ];
}

/** Level at every point it passes, so that labels sit on a level line. */
export function pathOf(points: readonly XY[]): string {
  return points
    .map(({ x, y }, index) => {
      if (index === 0) return `M${x},${y}`;
      const before = points[index - 1];
      const middle = (before.x + x) / 2;
      return `C${middle},${before.y} ${middle},${y} ${x},${y}`;
    })
    .join('');
}
