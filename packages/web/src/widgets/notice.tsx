import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Command } from './command.tsx';
import { Icon } from './icon.tsx';
import css from './notice.module.css';

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

interface NoticeProps {
  readonly title: string;
  readonly level?: 'info' | 'bad';
  /** What to do next. */
  readonly hint?: string;
  /** Commands to copy. */
  readonly commands?: readonly string[];
  /** Code or message of the one who said no. */
  readonly detail?: string;
  readonly action?: NoticeAction | undefined;
  readonly children?: ReactNode;
}

/** Stands where data would: what is so, why, and what to do next. */
export function Notice({ title, level = 'info', hint, commands = [], detail, action, children }: NoticeProps) {
  return (
    <section className={css.notice} role={level === 'bad' ? 'alert' : 'status'} data-level={level}>
      <Icon name={level === 'bad' ? 'warning' : 'sonde'} size={28} />
      <h2>{title}</h2>
      {hint && <p>{withCode(hint)}</p>}
      {commands.map((command) => (
        <Command key={command} text={command} />
      ))}
      {children && <p>{children}</p>}
      {detail && <code className={css.detail}>{detail}</code>}
      {action && (
        <Button size="xs" variant="default" onClick={action.run}>
          {action.label}
        </Button>
      )}
    </section>
  );
}

/** Sets what stands between backquotes as code. */
function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part));
}
