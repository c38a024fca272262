import { count, percent } from '../base/format.ts';
import css from './ring.module.css';

export interface RingPart {
  readonly key: string;
  readonly value: number;
}

interface RingProps {
  readonly label: string;
  readonly parts: readonly RingPart[];
  /** Whether the parts are something bad. */
  readonly tone?: 'alarm' | 'calm';
  readonly format?: (value: number) => string;
}

const CALM = ['--data-requests', '--data-p50', '--data-p75', '--data-p95', '--data-2xx', '--data-avg'] as const;
const COLORS = ['--data-5xx', '--data-p99', '--data-p95', '--data-p75', '--data-p50', '--data-avg'] as const;
const SHOWN = COLORS.length;
const RADIUS = 54;
const CENTRE = 66;

function arc(from: number, to: number): string {
  const at = (share: number) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(CENTRE + RADIUS * Math.cos(angle)).toFixed(2)} ${(CENTRE + RADIUS * Math.sin(angle)).toFixed(2)}`;
  };
  // A whole ring begins where it ends, which draws nothing: stop a hair before.
  const end = Math.min(to, from + 0.9999);
  return `M${at(from)} A${RADIUS} ${RADIUS} 0 ${end - from > 0.5 ? 1 : 0} 1 ${at(end)}`;
}

/** Shares of a whole as a ring, with the same in words beside it. What does not fit is one last part. */
export function Ring({ label, parts, tone = 'alarm', format = count }: RingProps) {
  const colors = tone === 'alarm' ? COLORS : CALM;
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const sorted = parts.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(SHOWN - 1);
  const shown =
    sorted.length <= SHOWN
      ? sorted
      : [...sorted.slice(0, SHOWN - 1), { key: '…', value: rest.reduce((sum, { value }) => sum + value, 0) }];
  let start = 0;
  return (
    <div className={css.ring}>
      <svg viewBox="0 0 132 132" role="img" aria-label={label}>
        <circle cx={CENTRE} cy={CENTRE} r={RADIUS} />
        {shown.map(({ key, value }, i) => {
          const from = start;
          start += value / total;
          return <path key={key} d={arc(from, start)} style={{ stroke: `var(${colors[i]})` }} />;
        })}
        <text x={CENTRE} y={CENTRE + 5}>
          {format(total)}
        </text>
      </svg>
      <ul>
        {shown.map(({ key, value }, i) => (
          <li key={key} title={key}>
            <i style={{ background: `var(${colors[i]})` }} />
            <span>{key || '—'}</span>
            <small>
              {format(value)} · {percent(value / total)}
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
