import type { MapEdge } from '@sonde/api';
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { duration, percent, rate } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { pathOf, type XY } from './layout.ts';
import css from './service-graph.module.css';

export type CallEdgeType = Edge<
  {
    readonly call: MapEdge;
    /** In place of its numbers. */
    readonly lines: readonly string[] | undefined;
    readonly points: readonly XY[];
    readonly width: number;
    readonly labelled: boolean;
    readonly lit: boolean;
    readonly dim: boolean;
  },
  'call'
>;

/** The middle point of the line, which is where the layout kept room for it. */
function labelPoint(points: readonly XY[]): XY {
  const half = (points.length - 1) / 2;
  const [a, b] = [points[Math.floor(half)], points[Math.ceil(half)]];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

const STROKES = { none: '--line-strong', ok: '--line-strong', warn: '--warn', bad: '--bad' };

/** A call between two services: width is its rate, colour its errors; the label has both and the latency. */
export function CallEdge({ data, markerEnd, selected = false }: EdgeProps<CallEdgeType>) {
  if (!data) return null;
  const { call, lines, points, width, labelled, lit, dim } = data;
  const path = pathOf(points);
  const { x, y } = labelPoint(points);
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
            {lines !== undefined ? (
              lines.map((line) => <span key={line}>{line}</span>)
            ) : (
              <>
                <span>{rate(call.rate)}</span>
                <span>
                  {duration(call.latency.p95)} {call.errors > 0 && <b data-level={level}>{percent(call.errorRate)}</b>}
                </span>
              </>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
