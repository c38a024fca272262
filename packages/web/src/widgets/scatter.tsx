import { useMemo, useRef, useState } from 'react';
import { duration } from '../base/format.ts';
import { clock, dateTime } from '../base/time.ts';
import css from './scatter.module.css';
import { useDrag } from './use-drag.ts';

export interface ScatterPoint {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Nanoseconds. */
  readonly duration: number;
  readonly error: boolean;
  /** Sets how large the dot is. */
  readonly size: number;
  readonly title: string;
}

interface ScatterProps {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly points: readonly ScatterPoint[];
  readonly onOpen: (id: string) => void;
  readonly onZoom: (from: number, to: number) => void;
}

const WIDTH = 1000;
const HEIGHT = 150;
const DAY_MS = 86_400_000;

/** Time by duration, the latter on a logarithmic axis. Drawn as SVG: there are at most a thousand dots. */
export function Scatter({ label, from, to, points, onOpen, onZoom }: ScatterProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { low, high, ticks } = useMemo(() => scaleOf(points), [points]);
  const [hover, setHover] = useState<ScatterPoint | null>(null);
  const x = (time: number) => ((time - from) / (to - from)) * WIDTH;
  const y = (ns: number) => HEIGHT - ((logOf(ns) - low) / (high - low)) * HEIGHT;
  const { drag, handlers } = useDrag((a, b) => {
    const width = frame.current?.clientWidth ?? 1;
    const at = (pixel: number) => from + (pixel / width) * (to - from);
    onZoom(at(Math.min(a, b)), at(Math.max(a, b)));
  });
  const stamp = (time: number) => (to - from > DAY_MS ? dateTime(time).slice(5, 16) : clock(time));
  return (
    <figure className={css.figure} aria-label={label}>
      <div className={css.scale} aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ top: `${(y(tick) / HEIGHT) * 100}%` }}>
            {duration(tick)}
          </span>
        ))}
      </div>
      <div className={css.plot} ref={frame} {...handlers}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {ticks.map((tick) => (
            <line key={tick} x1={0} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
          ))}
        </svg>
        {points.map((point) => (
          <button
            type="button"
            key={point.id}
            tabIndex={-1}
            className={css.dot}
            data-error={point.error}
            aria-label={point.title}
            style={{
              left: `${(x(point.time) / WIDTH) * 100}%`,
              top: `${(y(point.duration) / HEIGHT) * 100}%`,
              width: point.size,
              height: point.size,
            }}
            onPointerDown={(event) => event.stopPropagation()}
            onPointerEnter={() => setHover(point)}
            onPointerLeave={() => setHover(null)}
            onClick={() => onOpen(point.id)}
          />
        ))}
        {drag && (
          <div
            className={css.drag}
            style={{ left: Math.min(drag.start, drag.end), width: Math.abs(drag.end - drag.start) }}
          />
        )}
      </div>
      <figcaption className={css.times}>
        <span>{stamp(from)}</span>
        <output>{hover && `${hover.title} · ${stamp(hover.time)} · ${duration(hover.duration)}`}</output>
        <span>{stamp(to)}</span>
      </figcaption>
    </figure>
  );
}

/** What has no duration, as a message that nobody answers, lies at 1 µs: below it the axis would be empty. */
const logOf = (ns: number) => Math.log10(Math.max(1000, ns));

/** Powers of ten around all points, as exponents, and where to write one. */
function scaleOf(points: readonly ScatterPoint[]): { low: number; high: number; ticks: number[] } {
  const logs = points.map((point) => logOf(point.duration));
  const low = Math.floor(Math.min(6, ...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(low + 1, ...logs)));
  return { low, high, ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}
