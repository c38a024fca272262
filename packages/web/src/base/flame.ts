import type { TraceSpan } from '@sonde/api';
import type { TraceRow } from './trace-rows.ts';

/** Spans of each line of a flame graph in order of their start: none overlaps another, each is below its parent. */
export type Flame = readonly (readonly TraceSpan[])[];

interface Lane {
  /** When its last span and all below that have ended. */
  until: number;
  height: number;
  top: number;
}

/**
 * Arranges the rows of a waterfall as a flame graph. Siblings that run one after the other share a line; for those that
 * run at the same time there are as many lanes as needed, each as high as the highest of its subtrees.
 */
export function flameOf(rows: readonly TraceRow[]): Flame {
  const from = new Float64Array(rows.length);
  const to = new Float64Array(rows.length);
  const height = new Uint32Array(rows.length).fill(1);
  /** Lines below the parent's. */
  const below = new Uint32Array(rows.length);
  const arrange = (first: number, end: number): number => {
    const siblings: number[] = [];
    for (let i = first; i < end; i += rows[i].descendants + 1) siblings.push(i);
    siblings.sort((a, b) => from[a] - from[b]);
    const lanes: Lane[] = [];
    const taken = siblings.map((i) => {
      const free = lanes.find((lane) => lane.until <= from[i]);
      const lane = free ?? { until: 0, height: 0, top: 0 };
      if (free === undefined) lanes.push(lane);
      lane.until = to[i];
      lane.height = Math.max(lane.height, height[i]);
      return lane;
    });
    let top = 1;
    for (const lane of lanes) {
      lane.top = top;
      top += lane.height;
    }
    siblings.forEach((i, at) => {
      below[i] = taken[at].top;
    });
    return top;
  };
  for (let i = rows.length - 1; i >= 0; i--) {
    const { span, descendants } = rows[i];
    from[i] = span.offset;
    to[i] = span.offset + span.duration;
    for (let j = i + 1; j <= i + descendants; j += rows[j].descendants + 1) {
      from[i] = Math.min(from[i], from[j]);
      to[i] = Math.max(to[i], to[j]);
    }
    height[i] = arrange(i + 1, i + 1 + descendants);
  }
  arrange(0, rows.length);
  const lines: TraceSpan[][] = [];
  const above: number[] = [];
  rows.forEach(({ span, depth }, i) => {
    const line = (depth === 0 ? -1 : above[depth - 1]) + below[i];
    above[depth] = line;
    lines[line] ??= [];
    lines[line].push(span);
  });
  for (let i = 0; i < lines.length; i++)
    (lines[i] ??= []).sort((a, b) => a.offset - b.offset || a.duration - b.duration);
  return lines;
}

/** The first span of a line that ends after `time`, as an index. */
export function firstAfter(line: readonly TraceSpan[], time: number): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (line[middle].offset + line[middle].duration < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The span of a line at a time, give or take `slack` nanoseconds; of two that fit, the nearer one. */
export function spanAt(line: readonly TraceSpan[] | undefined, time: number, slack: number): TraceSpan | undefined {
  if (line === undefined) return undefined;
  const distance = ({ offset, duration }: TraceSpan) => Math.max(0, offset - time, time - offset - duration);
  const first = firstAfter(line, time - slack);
  let best: TraceSpan | undefined;
  for (let i = first; i < line.length && line[i].offset <= time + slack; i++) {
    if (best === undefined || distance(line[i]) < distance(best)) best = line[i];
  }
  return best;
}
