import { lazy, Suspense, useState } from 'react';
import css from './chart.module.css';

/** One line or set of bars: a value for each of the chart's times, `null` where nothing was measured. */
export interface ChartSeries {
  readonly name: string;
  /** Custom property of the theme, `--data-p50`. */
  readonly color: string;
  readonly kind: 'line' | 'bar';
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

/** A moment that matters, as a line from top to bottom. */
export interface ChartMark {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly label: string;
  readonly color: string;
}

export interface ChartProps {
  /** Says in words what is drawn. */
  readonly label: string;
  /** Start of each step in epoch milliseconds. */
  readonly times: readonly number[];
  readonly step: number;
  readonly from: number;
  readonly to: number;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly height?: number;
  /** The greatest value there can be, where there is one: the axis does not go past it. */
  readonly most?: number | undefined;
  readonly marks?: readonly ChartMark[];
  /** A span of time was dragged over. */
  readonly onZoom: (from: number, to: number) => void;
}

const Canvas = lazy(() => import('./chart-canvas.tsx'));

/** The only way to a chart. The drawing library arrives with the first one. */
export function Chart({ height = 200, series, ...rest }: ChartProps) {
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const toggle = (name: string) =>
    setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]);
  return (
    <figure className={css.figure}>
      <figcaption className={css.legend}>
        {series.map(({ name, color, kind }) => (
          <button type="button" key={name} aria-pressed={!hidden.includes(name)} onClick={() => toggle(name)}>
            <i style={{ background: `var(${color})` }} data-kind={kind} />
            {name}
          </button>
        ))}
      </figcaption>
      <div style={{ height }}>
        <Suspense fallback={<div className={css.waiting} />}>
          <Canvas {...rest} height={height} series={series.filter(({ name }) => !hidden.includes(name))} />
        </Suspense>
      </div>
    </figure>
  );
}
