import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { TraceRow } from '../../base/trace-rows.ts';
import { isWhole, type View, WHOLE, zoom } from '../../base/trace-view.ts';
import { useText } from '../../data/text.ts';
import { useDrag } from '../../widgets/use-drag.ts';
import css from './minimap.module.css';
import type { ChangeView } from './use-view.ts';

interface MinimapProps {
  readonly rows: readonly TraceRow[];
  readonly duration: number;
  readonly view: View;
  readonly colors: ReadonlyMap<string, string>;
  readonly onView: ChangeView;
}

const WIDTH = 1200;
const HEIGHT = 112;

/** All spans at once, a line each. */
export function Minimap({ rows, duration, view, colors, onView }: MinimapProps) {
  const { trace } = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { colorScheme } = useMantineColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours the tokens stand for
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const style = getComputedStyle(canvas.current);
    const ink = new Map([...colors].map(([name, token]) => [name, style.getPropertyValue(token).trim()]));
    const bad = style.getPropertyValue('--data-errors').trim();
    const height = Math.max(1, Math.min(6, HEIGHT / rows.length));
    context.clearRect(0, 0, WIDTH, HEIGHT);
    for (const [i, { span }] of rows.entries()) {
      context.fillStyle = span.error ? bad : (ink.get(span.service) ?? bad);
      const y = rows.length * 6 <= HEIGHT ? i * 6 : (i / rows.length) * HEIGHT;
      const x = (span.offset / duration) * WIDTH;
      context.fillRect(x, y, Math.max(2, (span.duration / duration) * WIDTH), Math.max(1, height - 1));
    }
  }, [rows, duration, colors, colorScheme]);

  const { drag, handlers } = useDrag((a, b) => {
    const width = frame.current?.clientWidth ?? 1;
    onView(() => zoom({ from: Math.min(a, b) / width, to: Math.max(a, b) / width }, 1));
  });
  return (
    <div className={css.frame}>
      <div className={css.map} ref={frame} {...handlers}>
        <canvas
          ref={canvas}
          width={WIDTH}
          height={HEIGHT}
          role="img"
          aria-label={trace.minimap}
          title={trace.minimap}
        />
        <i style={{ left: 0, width: `${view.from * 100}%` }} />
        <i style={{ right: 0, width: `${(1 - view.to) * 100}%` }} />
        {drag && <b style={{ left: Math.min(drag.start, drag.end), width: Math.abs(drag.end - drag.start) }} />}
      </div>
      {!isWhole(view) && (
        <button type="button" className={css.whole} onClick={() => onView(() => WHOLE)}>
          {trace.wholeTrace}
        </button>
      )}
    </div>
  );
}
