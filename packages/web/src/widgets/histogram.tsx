import { duration, exact } from '../base/format.ts';
import css from './histogram.module.css';

export interface HistogramBar {
  readonly low: number;
  readonly high: number;
  readonly requests: number;
  readonly errors: number;
}

/** Durations on a logarithmic axis; bars are as high as their count, errors below in their own colour. */
export function Histogram({ label, bars }: { readonly label: string; readonly bars: readonly HistogramBar[] }) {
  const top = Math.max(1, ...bars.map(({ requests }) => requests));
  const height = (n: number) => (n === 0 ? 0 : `max(1px, ${(100 * n) / top}%)`);
  if (bars.length === 0) return null;
  return (
    <div role="img" aria-label={label}>
      <div className={css.histogram}>
        {bars.map(({ low, high, requests, errors }) => (
          <span key={low} title={`${duration(low)} – ${duration(high)}: ${exact(requests)}`}>
            <i style={{ height: height(requests - errors) }} />
            <b style={{ height: height(errors) }} />
          </span>
        ))}
      </div>
      <div className={css.axis}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => {
          const bar = bars[Math.min(bars.length - 1, Math.floor(share * bars.length))];
          return <span key={share}>{duration(share === 1 ? bar.high : bar.low)}</span>;
        })}
      </div>
    </div>
  );
}
