export interface Link {
  readonly source: string;
  readonly target: string;
}

/** Ids within `hops` steps of `focus`, in either direction, itself included. */
export function surroundings(focus: string, edges: readonly Link[], hops: number): Set<string> {
  const next = new Map<string, string[]>();
  const link = (a: string, b: string) => {
    const known = next.get(a);
    if (known) known.push(b);
    else next.set(a, [b]);
  };
  for (const { source, target } of edges) {
    link(source, target);
    link(target, source);
  }
  const seen = new Set([focus]);
  let rim = [focus];
  for (let hop = 0; hop < hops && rim.length > 0; hop++) {
    const outer: string[] = [];
    for (const id of rim) {
      for (const other of next.get(id) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        outer.push(other);
      }
    }
    rim = outer;
  }
  return seen;
}

export interface Cut<Node, Edge> {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** The `most` busiest nodes and the edges between them. */
export function busiest<Node extends { readonly id: string; readonly requests: number }, Edge extends Link>(
  nodes: readonly Node[],
  edges: readonly Edge[],
  most: number,
): Cut<Node, Edge> {
  if (nodes.length <= most) return { nodes, edges };
  return within(
    new Set(
      [...nodes]
        .sort((a, b) => b.requests - a.requests)
        .slice(0, most)
        .map(({ id }) => id),
    ),
    nodes,
    edges,
  );
}

export function within<Node extends { readonly id: string }, Edge extends Link>(
  ids: ReadonlySet<string>,
  nodes: readonly Node[],
  edges: readonly Edge[],
): Cut<Node, Edge> {
  return {
    nodes: nodes.filter(({ id }) => ids.has(id)),
    edges: edges.filter(({ source, target }) => ids.has(source) && ids.has(target)),
  };
}
