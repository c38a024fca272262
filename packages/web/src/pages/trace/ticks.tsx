import { duration } from '../../base/format.ts';
import type { View } from '../../base/trace-view.ts';
import css from './ticks.module.css';

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Times of the part that is shown. */
export function Ticks({ view, total }: { readonly view: View; readonly total: number }) {
  const width = view.to - view.from;
  return TICKS.map((tick) => (
    <small key={tick} className={css.tick} style={{ left: `${tick * 100}%` }} data-last={tick === 1}>
      {duration((view.from + tick * width) * total)}
    </small>
  ));
}
