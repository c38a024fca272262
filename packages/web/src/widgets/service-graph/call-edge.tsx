import type { MapEdge } from '@sonde/api';
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { duration, percent, rate } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import css from './service-graph.module.css';

export type CallEdgeType = Edge<
  {
    readonly call: MapEdge;
    readonly width: number;
    readonly labelled: boolean;
    readonly lit: boolean;
    readonly dim: boolean;
  },
  'call'
>;

const STROKES = { none: '--line-strong', ok: '--line-strong', warn: '--warn', bad: '--bad' };

/** A call between two services: width is its rate, colour its errors; the label has both and the latency. */
export function CallEdge({
  data,
  markerEnd,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
  selected,
}: EdgeProps<CallEdgeType>) {
  const [path, x, y] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  if (!data) return null;
  const { call, width, labelled, lit, dim } = data;
  const level = errorLevel(call.errorRate);
  const stroke = selected || lit ? '--accent' : STROKES[level];
  return (
    <>
      <BaseEdge
        path={path}
        {...(markerEnd ? { markerEnd } : {})}
        interactionWidth={16}
        style={{ stroke: `var(${stroke})`, strokeWidth: width, opacity: dim ? 0.12 : 1 }}
      />
      {lit && <path d={path} className={css.flow} />}
      {labelled && (
        <EdgeLabelRenderer>
          <div
            className={css.label}
            data-lit={lit || selected}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <span>{rate(call.rate)}</span>
            {call.errors > 0 && <b data-level={level}>{percent(call.errorRate)}</b>}
            <span>{duration(call.latency.p95)}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
