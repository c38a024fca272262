import type { MapEdge, MapNode, TraceDetail } from '@sonde/api';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { duration } from '../../base/format.ts';
import { step5 } from '../../base/health.ts';
import { graphOf } from '../../base/trace-graph.ts';
import { useText } from '../../data/text.ts';
import { edgeId, type Selection } from '../../widgets/service-graph/edge-id.ts';
import css from './trace-map.module.css';

const ServiceGraph = lazy(() => import('../../widgets/service-graph/service-graph.tsx'));

interface TraceMapProps {
  readonly trace: TraceDetail;
  readonly light: string | undefined;
  readonly onLight: (service: string | undefined) => void;
  readonly onSelect: (id: string) => void;
}

/** Who called whom in this trace. The darker a service, the more of the time it was at work itself. */
export function TraceMap({ trace, light, onLight, onSelect }: TraceMapProps) {
  const { trace: words } = useText();
  const { nodes, edges } = useMemo(() => graphOf(trace.spans, trace.duration), [trace]);
  const [edge, setEdge] = useState<string | null>(null);
  const selection: Selection = edge !== null ? { kind: 'edge', id: edge } : light ? { kind: 'node', id: light } : null;
  const byName = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes]);
  const byEdge = useMemo(() => new Map(edges.map((each) => [edgeId(each), each])), [edges]);
  const most = Math.max(1, ...nodes.map(({ self }) => self));
  const paint = useCallback(
    ({ id }: MapNode) => {
      const step = step5(byName.get(id)?.self || null, most / 100, most);
      return step === null ? null : `--heat-${step}`;
    },
    [byName, most],
  );
  const lines = useMemo(
    () => ({
      node: ({ id }: MapNode): readonly string[] => {
        const { spans = 0, self = 0, origin, errors = 0 } = byName.get(id) ?? {};
        const second = errors > 0 ? [words.nodeErrors(errors)] : [];
        if (origin === 'external') return [words.notWatched, ...second];
        return [words.nodeSpans(spans), words.nodeSelf(duration(self)), ...second];
      },
      edge: (call: MapEdge): readonly string[] => [
        words.edgeCalls(call.requests),
        duration(byEdge.get(edgeId(call))?.time),
      ],
    }),
    [byName, byEdge, words],
  );
  const select = (next: Selection) => {
    setEdge(next?.kind === 'edge' ? next.id : null);
    if (next?.kind === 'edge') {
      const call = byEdge.get(next.id);
      if (call) onSelect(call.first.id);
    } else onLight(next?.id);
  };
  return (
    <div className={css.map}>
      <Suspense fallback={null}>
        <ServiceGraph
          nodes={nodes}
          edges={edges}
          fill={paint}
          lines={lines}
          selection={selection}
          onSelect={select}
          onOpen={({ id }) => onLight(id)}
        />
      </Suspense>
    </div>
  );
}
