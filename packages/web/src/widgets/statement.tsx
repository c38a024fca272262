import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { sqlLines } from '../base/sql-lines.ts';
import { useText } from '../data/text.ts';
import { Icon } from './icon.tsx';
import css from './statement.module.css';

/** A statement in full, one clause a line, with a button that copies it as it is. */
export function Statement({ text: statement }: { readonly text: string }) {
  const { state } = useText();
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied ? state.copied : state.copy;
  return (
    <div className={css.statement}>
      <pre>{sqlLines(statement).join('\n')}</pre>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={label}
        title={label}
        onClick={() => clipboard.copy(statement)}
      >
        <Icon name={clipboard.copied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </div>
  );
}
