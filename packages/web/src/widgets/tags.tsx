import { Tooltip } from '@mantine/core';
import type { Service } from '@sonde/api';
import { useText } from '../data/text.ts';
import { Icon } from './icon.tsx';
import css from './tags.module.css';

/** Marks numbers made from the callers' observations, where there are any. */
export function SideTag({ of: { side, requests } }: { readonly of: Pick<Service, 'side' | 'requests'> }) {
  const text = useText();
  if (side === 'server' || requests === 0) return null;
  return (
    <Tooltip label={text.side.clientHelp}>
      <span className={css.side}>{text.side.client}</span>
    </Tooltip>
  );
}

export function KindIcon({ kind }: { readonly kind: Service['kind'] }) {
  const text = useText();
  return (
    <span className={css.kind} title={text.kinds[kind]}>
      <Icon name={kind} size={15} />
      <span className="visually-hidden">{text.kinds[kind]}</span>
    </span>
  );
}

/** A number with the colour of its level; the number itself says the same without the colour. */
export function Leveled({
  level,
  children,
  title,
}: {
  readonly level: string;
  readonly children: string;
  readonly title?: string;
}) {
  return (
    <span className={css.leveled} data-level={level} title={title}>
      {children}
    </span>
  );
}
