import css from './sparkline.module.css';

interface SparklineProps {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly label: string;
}

/** Bars would need a width each; a filled line reads at any number of steps. Zero is the lower edge. */
export function Sparkline({ values, width = 96, height = 22, label }: SparklineProps) {
  if (values.length < 2 || values.every((value) => value === 0)) return null;
  const top = Math.max(...values, 1e-9);
  const x = (index: number) => ((index / (values.length - 1)) * width).toFixed(1);
  const y = (value: number) => (height - 1 - (value / top) * (height - 3)).toFixed(1);
  const line = values.map((value, index) => `${x(index)},${y(value)}`).join(' ');
  return (
    <svg
      className={css.sparkline}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <polygon points={`0,${height} ${line} ${width},${height}`} />
      <polyline points={line} />
    </svg>
  );
}
