import type { TraceSpan } from '@sonde/api';
import { BAR_SHARE, mix } from '../../base/color.ts';
import type { Section } from '../../base/critical-path.ts';
import { type Flame, firstAfter } from '../../base/flame.ts';
import { duration } from '../../base/format.ts';
import { isCall } from '../../base/hops.ts';
import { isUncertain } from '../../base/trace-rows.ts';
import type { View } from '../../base/trace-view.ts';

export const LINE_HEIGHT = 20;
const BAR_HEIGHT = 18;
const FONT_SIZE = 11;
/** Pixels a letter takes: an estimate, so that no text is measured while the graph moves. */
const LETTER = 6.1;
const LEAST_TEXT = 34;

/** All that a drawing of the graph depends on. */
export interface FlameScene {
  readonly flame: Flame;
  /** Of the trace, nanoseconds. */
  readonly total: number;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  /** Pixels above what is shown. */
  readonly top: number;
  readonly selected: string | undefined;
  readonly isFaded: (span: TraceSpan) => boolean;
  /** By span id. */
  readonly critical: ReadonlyMap<string, readonly Section[]>;
  readonly paint: Paint;
}

export interface Paint {
  readonly text: string;
  readonly faint: string;
  readonly bad: string;
  readonly accent: string;
  readonly font: string;
  readonly bars: ReadonlyMap<string, { readonly fill: string; readonly edge: string }>;
}

/** The colours of the theme as they are now. */
export function paintOf(element: HTMLElement, colors: ReadonlyMap<string, string>): Paint {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const ground = token('--surface');
  const bars = [...colors].map(([service, name]) => {
    const edge = token(name);
    return [service, { fill: mix(edge, ground, BAR_SHARE), edge }] as const;
  });
  return {
    text: token('--text'),
    faint: token('--faint'),
    bad: token('--bad'),
    accent: token('--accent'),
    font: `${FONT_SIZE}px ${style.fontFamily}`,
    bars: new Map(bars),
  };
}

/** Draws the lines in sight, of each the spans in view; of many on the same pixel only the first. */
export function drawFlame(context: CanvasRenderingContext2D, scene: FlameScene): void {
  const { flame, total, view, width, height, top, paint } = scene;
  const scale = width / ((view.to - view.from) * total);
  const origin = view.from * total;
  const x = (time: number) => (time - origin) * scale;
  context.clearRect(0, 0, width, height);
  context.font = paint.font;
  context.textBaseline = 'middle';
  const last = Math.min(flame.length, Math.ceil((top + height) / LINE_HEIGHT));
  for (let line = Math.floor(top / LINE_HEIGHT); line < last; line++) {
    const spans = flame[line];
    const y = line * LINE_HEIGHT - top;
    let drawn = -1;
    for (let i = firstAfter(spans, origin); i < spans.length; i++) {
      const span = spans[i];
      const left = x(span.offset);
      if (left > width) break;
      const right = Math.max(left + 1, x(span.offset + span.duration));
      if (right < drawn + 0.5 && span.id !== scene.selected) continue;
      drawn = right;
      drawBar(context, scene, span, y, Math.max(-2, left), Math.min(width + 2, right), x);
    }
  }
}

function drawBar(
  context: CanvasRenderingContext2D,
  scene: FlameScene,
  span: TraceSpan,
  y: number,
  left: number,
  right: number,
  x: (time: number) => number,
): void {
  const { paint, selected, critical } = scene;
  const { fill, edge } = paint.bars.get(span.service)!;
  const wide = right - left;
  const isFaded = span.id !== selected && scene.isFaded(span);
  context.globalAlpha = isFaded ? 0.25 : 1;
  context.fillStyle = wide < 4 ? edge : fill;
  context.fillRect(left, y, Math.max(1, wide - 0.5), BAR_HEIGHT);
  if (wide >= 4) {
    context.fillStyle = edge;
    context.fillRect(left, y, 2, BAR_HEIGHT);
  }
  if (span.error) {
    context.fillStyle = paint.bad;
    context.fillRect(left, y, Math.max(1, wide - 0.5), 3);
  }
  for (const { from, to } of critical.get(span.id) ?? []) {
    const [start, end] = [Math.max(left, x(from)), Math.min(right, x(to))];
    if (end <= start) continue;
    context.fillStyle = paint.text;
    context.fillRect(start, y + BAR_HEIGHT - 2.5, Math.max(1, end - start), 2.5);
  }
  if (isUncertain(span) || span.id === selected) {
    context.strokeStyle = span.id === selected ? paint.accent : paint.text;
    context.lineWidth = span.id === selected ? 2 : 1;
    context.setLineDash(isUncertain(span) ? [4, 3] : []);
    context.strokeRect(left + 1, y + 1, Math.max(1, wide - 2.5), BAR_HEIGHT - 2);
  }
  if (wide >= LEAST_TEXT) {
    const text = `${span.service} ${isCall(span) ? '→ ' : ''}${span.name} · ${duration(span.duration)}`;
    const room = Math.floor((wide - 10) / LETTER);
    context.globalAlpha = 1;
    context.fillStyle = isFaded ? paint.faint : paint.text;
    context.fillText(
      text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`,
      left + 6,
      y + BAR_HEIGHT / 2,
    );
  }
  context.globalAlpha = 1;
}
