import { Children, type CSSProperties, type ReactNode } from 'react';
import type { Level } from '../base/health.ts';
import css from './stat.module.css';

interface StatProps {
  readonly label: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly level?: Level;
  readonly title?: string | undefined;
}

/** One number that matters, with its name above. */
export function Stat({ label, value, note, level = 'none', title }: StatProps) {
  return (
    <div className={css.stat} data-level={level} title={title}>
      <dt>{label}</dt>
      <dd>{value}</dd>
      {note && <dd className={css.note}>{note}</dd>}
    </div>
  );
}

/** All in one row where they fit, else in two of the same length, else as many as fit. */
export function Stats({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const count = Children.toArray(children).length;
  const style = { '--count': count, '--half': Math.ceil(count / 2) } as CSSProperties;
  return (
    <dl className={css.stats} aria-label={label} style={style}>
      {children}
    </dl>
  );
}
