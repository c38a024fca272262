import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useText } from '../data/text.ts';
import css from './command.module.css';
import { Icon } from './icon.tsx';

/** A shell command with a button that copies it. */
export function Command({ text: command }: { readonly text: string }) {
  const text = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied ? text.state.copied : text.state.copy;
  return (
    <div className={css.command}>
      <code>{command}</code>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={label}
        title={label}
        onClick={() => clipboard.copy(command)}
      >
        <Icon name={clipboard.copied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </div>
  );
}
