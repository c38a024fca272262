import { ActionIcon } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useText } from '../data/text.ts';
import { Icon } from '../widgets/icon.tsx';

const Palette = lazy(() => import('./palette.tsx'));

/** Opens the search: by ⌘K or Ctrl K anywhere, or by its button. */
export function PaletteButton() {
  const { search: words } = useText();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={words.open}
        aria-keyshortcuts="Meta+K Control+K"
        title={`${words.open} ⌘K`}
        onClick={() => setOpen(true)}
      >
        <Icon name="search" />
      </ActionIcon>
      {open && (
        <Suspense fallback={null}>
          <Palette close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
