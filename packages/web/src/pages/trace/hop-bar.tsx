import { duration } from '../../base/format.ts';
import { HOP_PARTS, type Hop, type HopPart, isKnown } from '../../base/hops.ts';
import { useText } from '../../data/text.ts';
import css from './hop-bar.module.css';

/** The parts of a call side by side; `most` is what the whole width stands for, nanoseconds. */
export function HopBar({ hop, most }: { readonly hop: Hop; readonly most: number }) {
  const { trace } = useText();
  const known = HOP_PARTS.filter((part) => isKnown(hop, part) || part === 'network');
  const words = (part: HopPart) => (isKnown(hop, part) ? trace.hopParts[part] : trace.unwatched);
  const text = known.map((part) => `${words(part)} ${duration(hop.parts[part])}`).join(', ');
  return (
    <span className={css.bar} role="img" aria-label={text} title={text}>
      {HOP_PARTS.map((part) => (
        <i
          key={part}
          data-part={part}
          data-unknown={hop.server === null}
          style={{ width: `${(hop.parts[part] / Math.max(1, most)) * 100}%` }}
        />
      ))}
    </span>
  );
}

/** The same parts in words. */
export function HopParts({ hop }: { readonly hop: Hop }) {
  const { trace } = useText();
  const shown = HOP_PARTS.filter((part) => isKnown(hop, part));
  return (
    <p className={css.parts}>
      {shown.map((part) => (
        <span key={part} data-part={part}>
          {trace.hopParts[part]} <b>{duration(hop.parts[part])}</b>
          {part === 'network' && hop.ways && hop.parts.network > 0 && (
            <small> {trace.ways(duration(hop.ways.there), duration(hop.ways.back))}</small>
          )}
        </span>
      ))}
    </p>
  );
}

/** What the colours of the bars mean. */
export function HopLegend() {
  const { trace } = useText();
  return (
    <p className={css.parts}>
      {HOP_PARTS.map((part) => (
        <span key={part} data-part={part}>
          {trace.hopParts[part]}
        </span>
      ))}
      <span data-part="unknown">{trace.unwatched}</span>
    </p>
  );
}
