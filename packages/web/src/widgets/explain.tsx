import { ActionIcon } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useExplain, useSetSettings } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import css from './explain.module.css';
import { Icon } from './icon.tsx';

const Drawer = lazy(() => import('./explain-drawer.tsx'));

/** Shows the queries behind the page. */
export function ExplainButton() {
  const { explain: words } = useText();
  const shown = useExplain();
  const set = useSetSettings();
  return (
    <ActionIcon
      variant="default"
      size={30}
      className={css.button}
      aria-label={words.open}
      aria-pressed={shown !== undefined}
      title={words.open}
      onClick={() => set({ explain: shown === undefined ? 'all' : undefined })}
    >
      <Icon name="explain" size={15} />
    </ActionIcon>
  );
}

export function Explain() {
  const shown = useExplain();
  if (shown === undefined) return null;
  return (
    <Suspense fallback={null}>
      <Drawer number={shown} />
    </Suspense>
  );
}
