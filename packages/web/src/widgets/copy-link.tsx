import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { Meta } from '@sonde/api';
import { useText } from '../data/text.ts';
import css from './explain.module.css';
import { Icon } from './icon.tsx';

/** The address of what is seen now: the range it has now in place of one that moves on. */
function exactAddress(href: string, { from, to }: Meta): string {
  const url = new URL(href);
  url.searchParams.set('from', String(from));
  url.searchParams.set('to', String(to));
  return url.href;
}

/** Copies a link to exactly this view. */
export function CopyLink({ meta }: { readonly meta: Meta }) {
  const { state } = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied ? state.copied : state.copyLink;
  return (
    <ActionIcon
      variant="default"
      size={30}
      className={css.button}
      aria-label={label}
      title={label}
      onClick={() => clipboard.copy(exactAddress(window.location.href, meta))}
    >
      <Icon name={clipboard.copied ? 'check' : 'link'} size={15} />
    </ActionIcon>
  );
}
