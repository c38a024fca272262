import css from './command.module.css';
import { CopyButton } from './copy-button.tsx';

/** A shell command with a button that copies it. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div className={css.command}>
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
