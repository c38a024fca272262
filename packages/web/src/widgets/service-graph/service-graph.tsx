import '@xyflow/react/dist/style.css';
import type { MapEdge, MapNode } from '@sonde/api';
import { Background, Controls, MarkerType, MiniMap, ReactFlow } from '@xyflow/react';
import { useMemo, useState } from 'react';
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
const LABELLED_EDGES = 24;

interface ServiceGraphProps {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly fill: Fill;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpen: (node: MapNode) => void;
}

export default function ServiceGraph({ nodes, edges, fill, selection, onSelect, onOpen }: ServiceGraphProps) {
  const text = useText();
  const positions = useLayout(
    useMemo(
      () => ({
        nodes: nodes.map(({ id }) => id).sort(),
        edges: edges.map(({ source, target }) => [source, target] as const).sort(),
      }),
      [nodes, edges],
    ),
  );
  const [hovered, setHovered] = useState<Selection>(null);
  const pointed = hovered ?? selection;

  const lit = useMemo(() => {
    if (!pointed) return null;
    const calls = edges.filter((edge) =>
      pointed.kind === 'edge' ? edgeId(edge) === pointed.id : edge.source === pointed.id || edge.target === pointed.id,
    );
    const ids = new Set(calls.flatMap(({ source, target }) => [source, target]));
    if (pointed.kind === 'node') ids.add(pointed.id);
    return { ids, calls: new Set(calls.map(edgeId)) };
  }, [edges, pointed]);

  const flowNodes = useMemo(() => {
    const paint = painter(nodes, fill);
    return positions === null
      ? []
      : nodes.map(
          (node): ServiceNodeType => ({
            id: node.id,
            type: 'service',
            position: positions[node.id],
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            data: { service: node, color: paint(node), dim: lit !== null && !lit.ids.has(node.id) },
            selected: selection?.kind === 'node' && selection.id === node.id,
            ariaLabel: node.name,
          }),
        );
  }, [nodes, fill, positions, lit, selection]);

  const flowEdges = useMemo(() => {
    const top = Math.max(1e-9, ...edges.map(({ rate }) => rate));
    return edges.map((call): CallEdgeType => {
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
          width: 1.2 + 3.5 * Math.sqrt(call.rate / top),
          labelled: lit ? isLit : edges.length <= LABELLED_EDGES,
          lit: isLit,
          dim: lit !== null && !isLit,
        },
        zIndex: isLit ? 1 : 0,
      };
    });
  }, [edges, lit, selection, text]);

  if (positions === null) {
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
      fitViewOptions={{ padding: 0.06, maxZoom: 1.15 }}
      minZoom={0.08}
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
