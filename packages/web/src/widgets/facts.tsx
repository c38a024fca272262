import type { ReactNode } from 'react';
import css from './facts.module.css';

/** Names and values in a row; what is not known is a dash. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={typeof value === 'string' ? value : undefined}>{value || '—'}</dd>
        </div>
      ))}
    </dl>
  );
}
