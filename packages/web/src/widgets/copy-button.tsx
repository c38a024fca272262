import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useText } from '../data/text.ts';
import { Icon } from './icon.tsx';

/** Copies a text, and says for a moment that it did. */
export function CopyButton({ text }: { readonly text: string }) {
  const { state } = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied ? state.copied : state.copy;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={26}
      aria-label={label}
      title={label}
      onClick={() => clipboard.copy(text)}
    >
      <Icon name={clipboard.copied ? 'check' : 'copy'} size={14} />
    </ActionIcon>
  );
}
