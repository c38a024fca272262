import { useMantineColorScheme } from '@mantine/core';
import type { TraceSpan } from '@sonde/api';
import {
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { spanAt } from '../../base/flame.ts';
import { duration } from '../../base/format.ts';
import { pan, type View, zoom } from '../../base/trace-view.ts';
import { useText } from '../../data/text.ts';
import css from './flame-graph.module.css';
import { drawFlame, type FlameScene, LINE_HEIGHT, type Paint, paintOf } from './flame-scene.ts';
import { Ticks } from './ticks.tsx';
import { type ChangeView, useWheel } from './use-view.ts';

interface FlameGraphProps extends Pick<FlameScene, 'flame' | 'total' | 'selected' | 'isFaded' | 'critical'> {
  readonly view: View;
  readonly colors: ReadonlyMap<string, string>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onView: ChangeView;
  readonly onSelect: (id: string | undefined) => void;
}

/** A click moves less than this, in pixels. */
const CLICK = 4;
/** The details open this much after a click, in milliseconds: they take room that a second click would fall on. */
const DOUBLE_MS = 250;
/** How far beside a span the pointer still means it, in pixels. */
const SLACK = 3;

interface Hover {
  readonly span: TraceSpan;
  readonly x: number;
  readonly y: number;
}

/** Time from left to right, calls from the top down. Drag moves, Ctrl and wheel zooms, a double click fits a span. */
export function FlameGraph(props: FlameGraphProps) {
  const { flame, total, view, colors, selected, isFaded, critical, scroller, onView, onSelect } = props;
  const { trace } = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const paint = useRef<Paint>(null);
  const { colorScheme } = useMantineColorScheme();
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hover, setHover] = useState<Hover | null>(null);
  const drag = useRef<{ x: number; moved: number } | null>(null);
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(opening.current), []);
  useWheel(scroller, onView, canvas);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setSize({ width: contentRect.width, height: contentRect.height }),
    );
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    element.width = size.width * window.devicePixelRatio;
    element.height = size.height * window.devicePixelRatio;
    element.getContext('2d')?.scale(window.devicePixelRatio, window.devicePixelRatio);
  }, [size]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours the tokens stand for
  useEffect(() => {
    if (canvas.current) paint.current = paintOf(canvas.current, colors);
  }, [colors, colorScheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    const frame = scroller.current;
    const context = canvas.current?.getContext('2d');
    if (!frame || !context || !paint.current || size.width === 0) return;
    const scene = { flame, total, view, ...size, selected, isFaded, critical, paint: paint.current };
    const draw = () => drawFlame(context, { ...scene, top: frame.scrollTop });
    draw();
    let request = 0;
    const scroll = () => {
      cancelAnimationFrame(request);
      request = requestAnimationFrame(draw);
    };
    frame.addEventListener('scroll', scroll, { passive: true });
    return () => {
      cancelAnimationFrame(request);
      frame.removeEventListener('scroll', scroll);
    };
  }, [flame, total, view, size, selected, isFaded, critical, colors, colorScheme, scroller]);

  const line = useMemo(() => flame.findIndex((spans) => spans.some(({ id }) => id === selected)), [flame, selected]);
  useEffect(() => {
    const frame = scroller.current;
    if (line < 0 || !frame) return;
    const y = line * LINE_HEIGHT;
    if (y < frame.scrollTop || y + LINE_HEIGHT > frame.scrollTop + frame.clientHeight) {
      frame.scrollTo({ top: y - frame.clientHeight / 2 });
    }
  }, [line, scroller]);

  const spanUnder = (event: MouseEvent<HTMLElement>): Hover | null => {
    const { left, top, width } = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const perPixel = ((view.to - view.from) * total) / width;
    const at = Math.floor((y + scroller.current!.scrollTop) / LINE_HEIGHT);
    const span = spanAt(flame[at], view.from * total + x * perPixel, SLACK * perPixel);
    return span === undefined ? null : { span, x, y };
  };
  const fit = ({ offset, duration: length }: TraceSpan) => {
    const margin = Math.max(length * 0.02, 1);
    onView(() => zoom({ from: (offset - margin) / total, to: (offset + length + margin) / total }, 1));
  };
  const pointer = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, moved: 0 };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const from = drag.current;
      if (from === null) return setHover(spanUnder(event));
      const by = event.clientX - from.x;
      drag.current = { x: event.clientX, moved: from.moved + Math.abs(by) };
      if (drag.current.moved >= CLICK) {
        setHover(null);
        onView((now) => pan(now, -by / size.width));
      }
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const isClick = drag.current !== null && drag.current.moved < CLICK;
      drag.current = null;
      if (!isClick) return;
      const id = spanUnder(event)?.span.id;
      clearTimeout(opening.current);
      if (selected === undefined) opening.current = setTimeout(() => onSelect(id), DOUBLE_MS);
      else onSelect(id);
    },
    onPointerCancel: () => {
      drag.current = null;
    },
    onPointerLeave: () => setHover(null),
    onDoubleClick: (event: MouseEvent<HTMLElement>) => {
      const found = spanUnder(event);
      if (found) fit(found.span);
    },
  };
  return (
    <div className={css.graph}>
      <div className={css.ticks}>
        <Ticks view={view} total={total} />
      </div>
      <div className={css.scroller} ref={scroller} {...pointer}>
        <canvas ref={canvas} className={css.canvas} style={size} role="img" aria-label={trace.flame(flame.length)} />
        <div style={{ height: Math.max(0, flame.length * LINE_HEIGHT - size.height) }} />
      </div>
      {hover && (
        <div
          className={css.tip}
          style={{
            top: hover.y + 44,
            ...(hover.x > size.width / 2 ? { right: size.width - hover.x } : { left: hover.x + 12 }),
          }}
        >
          <b>{hover.span.service}</b> {hover.span.name}
          <br />
          {duration(hover.span.duration)} · {trace.offset} {duration(hover.span.offset)}
        </div>
      )}
    </div>
  );
}
