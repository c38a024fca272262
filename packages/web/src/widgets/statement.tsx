import { sqlLines } from '../base/sql-lines.ts';
import { CopyButton } from './copy-button.tsx';
import css from './statement.module.css';

/** A statement in full, one clause a line, with a button that copies it as it is. */
export function Statement({ text }: { readonly text: string }) {
  return (
    <div className={css.statement}>
      <pre>{sqlLines(text).join('\n')}</pre>
      <CopyButton text={text} />
    </div>
  );
}
