import { useMantineColorScheme } from '@mantine/core';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Area } from '../base/area.ts';
import { duration, exact } from '../base/format.ts';
import { clock } from '../base/time.ts';
import css from './heatmap.module.css';

interface HeatmapProps {
  readonly label: string;
  readonly step: number;
  readonly times: readonly number[];
  /** Ascending, one more than rows. */
  readonly bounds: readonly number[];
  /** By column, then row. */
  readonly counts: readonly (readonly number[])[];
  readonly area: Area | null;
  readonly onSelect: (area: Area) => void;
  readonly cellText: (n: string) => string;
  /** Pixels. */
  readonly height?: number;
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Time by latency, each cell as dark as it has requests. A drag selects whole cells. */
export function Heatmap({ label, step, times, bounds, counts, area, onSelect, cellText, height }: HeatmapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colorScheme } = useMantineColorScheme();
  const [hover, setHover] = useState<Cell | null>(null);
  const [drag, setDrag] = useState<{ readonly start: Cell; readonly end: Cell } | null>(null);
  const columns = times.length;
  const rows = bounds.length - 1;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours the tokens stand for
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const style = getComputedStyle(element);
    const colors = [0, 1, 2, 3, 4].map((n) => style.getPropertyValue(`--heat-${n}`).trim());
    element.width = columns;
    element.height = rows;
    context.clearRect(0, 0, columns, rows);
    const top = Math.log1p(Math.max(1, ...counts.flat()));
    counts.forEach((column, x) => {
      column.forEach((n, row) => {
        if (n === 0) return;
        context.fillStyle = colors[Math.min(4, Math.floor((Math.log1p(n) / top) * 5))];
        context.fillRect(x, rows - 1 - row, 1, 1);
      });
    });
  }, [counts, columns, rows, colorScheme]);

  const cellAt = (event: PointerEvent<HTMLElement>): Cell => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const inside = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value * most)));
    return {
      column: inside((event.clientX - left) / width, columns),
      row: rows - 1 - inside((event.clientY - top) / height, rows),
    };
  };
  const finish = () => {
    if (drag) {
      const [from, to] = [drag.start.column, drag.end.column].sort((a, b) => a - b);
      const [low, high] = [drag.start.row, drag.end.row].sort((a, b) => a - b);
      onSelect({ areaFrom: times[from], areaTo: times[to] + step, areaLow: bounds[low], areaHigh: bounds[high + 1] });
    }
    setDrag(null);
  };
  const selected = drag ? boxOf(drag.start, drag.end, columns, rows) : area && boxOfArea(area, times, step, bounds);

  return (
    <div className={css.frame}>
      <div className={css.levels} aria-hidden="true">
        {[1, 0.75, 0.5, 0.25, 0].map((share) => (
          <span key={share}>{duration(bounds[Math.round(share * rows)])}</span>
        ))}
      </div>
      <div
        className={css.plot}
        style={{ height }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ start: cellAt(event), end: cellAt(event) });
        }}
        onPointerMove={(event) => {
          const cell = cellAt(event);
          setHover(cell);
          if (drag) setDrag({ ...drag, end: cell });
        }}
        onPointerUp={finish}
        onPointerLeave={() => setHover(null)}
      >
        <canvas ref={canvas} style={{ imageRendering: 'pixelated' }} role="img" aria-label={label} />
        {selected && <div className={css.area} style={selected} />}
        {hover && (
          <div
            className={css.tip}
            style={
              hover.column > columns / 2
                ? { right: `${100 - (100 * hover.column) / columns}%`, top: 4 }
                : { left: `${(100 * (hover.column + 1)) / columns}%`, top: 4 }
            }
          >
            {clock(times[hover.column])} · {duration(bounds[hover.row])} – {duration(bounds[hover.row + 1])} ·{' '}
            {cellText(exact(counts[hover.column]?.[hover.row] ?? 0))}
          </div>
        )}
      </div>
      <div className={css.times} aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{clock(times[0] + share * columns * step)}</span>
        ))}
      </div>
    </div>
  );
}

function boxOf(a: Cell, b: Cell, columns: number, rows: number) {
  const left = Math.min(a.column, b.column);
  const top = rows - 1 - Math.max(a.row, b.row);
  return {
    left: `${(100 * left) / columns}%`,
    width: `${(100 * (Math.abs(a.column - b.column) + 1)) / columns}%`,
    top: `${(100 * top) / rows}%`,
    height: `${(100 * (Math.abs(a.row - b.row) + 1)) / rows}%`,
  };
}

function boxOfArea(area: Area, times: readonly number[], step: number, bounds: readonly number[]) {
  const rows = bounds.length - 1;
  const column = (ms: number) => Math.max(0, Math.min(times.length - 1, Math.floor((ms - times[0]) / step)));
  const row = (ns: number) => {
    const at = bounds.findIndex((bound) => bound > ns * 1.0001);
    return Math.max(0, Math.min(rows - 1, (at < 0 ? bounds.length : at) - 1));
  };
  const start = { column: column(area.areaFrom), row: row(area.areaLow) };
  const end = { column: column(area.areaTo - 1), row: row(area.areaHigh * 0.999) };
  return boxOf(start, end, times.length, rows);
}
