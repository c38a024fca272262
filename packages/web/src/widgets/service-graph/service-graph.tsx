import '@xyflow/react/dist/style.css';
import type { MapEdge, MapNode } from '@sonde/api';
import { Background, Controls, MarkerType, MiniMap, ReactFlow } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { type AlertGroups, alertsOf, NO_ALERTS } from '../../base/alert-groups.ts';
import { useText } from '../../data/text.ts';
import { CallEdge, type CallEdgeType } from './call-edge.tsx';
import { edgeId, type Selection } from './edge-id.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import { type Fill, painter } from './paint.ts';
import css from './service-graph.module.css';
import { ServiceNode, type ServiceNodeType } from './service-node.tsx';
import { useLayout } from './use-layout.ts';

const NODE_TYPES = { service: ServiceNode };
const EDGE_TYPES = { call: CallEdge };

/** With more lines than this, labels show only on what is pointed at. */
const LABELLED_EDGES = 40;

const MIN_ZOOM = 0.08;

/** A map of fewer cards starts at a size at which they can be read, if need be not whole. */
const OVERVIEW_NODES = 40;

interface ServiceGraphProps {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** A measure, or the colour of each node itself: a custom property of the theme. */
  readonly fill: Fill | ((node: MapNode) => string | null);
  /** What stands on cards and lines in place of rate, errors and latency. */
  readonly lines?: {
    readonly node: (node: MapNode) => readonly string[];
    readonly edge: (edge: MapEdge) => readonly string[];
  };
  /** Counted on the cards. */
  readonly alerts?: AlertGroups;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpen: (node: MapNode) => void;
}

export default function ServiceGraph(props: ServiceGraphProps) {
  const { nodes, edges, fill, lines, alerts = NO_ALERTS, selection, onSelect, onOpen } = props;
  const text = useText();
  const labels = edges.length <= LABELLED_EDGES;
  const calls = useMemo(() => [...edges].sort((a, b) => (edgeId(a) < edgeId(b) ? -1 : 1)), [edges]);
  const layout = useLayout(
    useMemo(
      () => ({
        nodes: nodes.map(({ id }) => id).sort(),
        edges: calls.map(({ source, target }) => [source, target] as const),
        labels,
      }),
      [nodes, calls, labels],
    ),
  );
  const [hovered, setHovered] = useState<Selection>(null);
  const pointed = hovered ?? selection;

  const lit = useMemo(() => {
    if (!pointed) return null;
    const near = calls.filter((edge) =>
      pointed.kind === 'edge' ? edgeId(edge) === pointed.id : edge.source === pointed.id || edge.target === pointed.id,
    );
    const ids = new Set(near.flatMap(({ source, target }) => [source, target]));
    if (pointed.kind === 'node') ids.add(pointed.id);
    return { ids, calls: new Set(near.map(edgeId)) };
  }, [calls, pointed]);

  const flowNodes = useMemo(() => {
    const paint = typeof fill === 'function' ? fill : painter(nodes, fill);
    return layout === null
      ? []
      : nodes.map(
          (node): ServiceNodeType => ({
            id: node.id,
            type: 'service',
            position: layout.nodes[node.id],
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            data: {
              service: node,
              color: paint(node),
              dim: lit !== null && !lit.ids.has(node.id),
              lines: lines?.node(node),
              alerts: alertsOf(alerts, { service: node.name }),
            },
            selected: selection?.kind === 'node' && selection.id === node.id,
            ariaLabel: node.name,
          }),
        );
  }, [nodes, fill, lines, alerts, layout, lit, selection]);

  const flowEdges = useMemo(() => {
    if (layout === null) return [];
    const top = Math.max(1e-9, ...calls.map(({ rate }) => rate));
    return calls.map((call, index): CallEdgeType => {
      const id = edgeId(call);
      const isLit = lit?.calls.has(id) ?? false;
      const isSelected = selection?.kind === 'edge' && selection.id === id;
      return {
        id,
        type: 'call',
        source: call.source,
        target: call.target,
        selected: isSelected,
        ariaLabel: text.map.calls(call.source, call.target),
        markerEnd: {
          type: MarkerType.ArrowClosed,
          width: 14,
          height: 14,
          markerUnits: 'userSpaceOnUse',
          color: isLit ? 'var(--accent)' : 'var(--faint)',
        },
        data: {
          call,
          lines: lines?.edge(call),
          points: layout.routes[index],
          width: 1.2 + 3.5 * Math.sqrt(call.rate / top),
          labelled: lit ? isLit : labels,
          lit: isLit,
          dim: lit !== null && !isLit,
        },
        zIndex: isLit ? 1 : 0,
      };
    });
  }, [calls, lines, layout, labels, lit, selection, text]);

  if (layout === null) {
    return (
      <p className={css.arranging} role="status">
        {text.map.arranging}
      </p>
    );
  }
  const open = (id: string) => {
    const node = nodes.find((each) => each.id === id);
    if (node) onOpen(node);
  };
  return (
    <ReactFlow
      key={
        nodes.length === 0
          ? 'empty'
          : nodes
              .map(({ id }) => id)
              .sort()
              .join()
      }
      className={css.graph}
      nodes={flowNodes}
      edges={flowEdges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      fitView
      fitViewOptions={{ padding: 0.04, maxZoom: 1.15, minZoom: nodes.length > OVERVIEW_NODES ? MIN_ZOOM : 0.4 }}
      minZoom={MIN_ZOOM}
      maxZoom={2}
      nodesDraggable={false}
      nodesConnectable={false}
      deleteKeyCode={null}
      onlyRenderVisibleElements={nodes.length > 80}
      onNodeClick={(_, node) => onSelect({ kind: 'node', id: node.id })}
      onNodeDoubleClick={(_, node) => open(node.id)}
      onEdgeClick={(_, edge) => onSelect({ kind: 'edge', id: edge.id })}
      onNodeMouseEnter={(_, node) => setHovered({ kind: 'node', id: node.id })}
      onNodeMouseLeave={() => setHovered(null)}
      onEdgeMouseEnter={(_, edge) => setHovered({ kind: 'edge', id: edge.id })}
      onEdgeMouseLeave={() => setHovered(null)}
      onPaneClick={() => onSelect(null)}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id;
        if (event.key === 'Enter' && id) open(id);
        if (event.key === ' ' && id) onSelect({ kind: 'node', id });
        if (event.key === 'Escape') onSelect(null);
      }}
    >
      <Background gap={22} size={1} color="var(--line-strong)" />
      <Controls showInteractive={false} />
      {nodes.length > 30 && (
        <MiniMap pannable zoomable nodeColor="var(--data-requests)" maskColor="rgb(120 130 150 / 20%)" />
      )}
    </ReactFlow>
  );
}
