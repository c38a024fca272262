import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useText } from '../data/text.ts';
import { Notice } from '../widgets/notice.tsx';

/** A failure of the page itself, most often a part of it that a newer server no longer has. */
export function Crash({ error }: ErrorComponentProps) {
  const text = useText();
  return (
    <Notice
      level="bad"
      title={text.state.crashed}
      detail={String(error)}
      action={{ label: text.state.reload, run: () => location.reload() }}
    />
  );
}

export function NotFound() {
  const text = useText();
  return (
    <Notice title={text.state.notFound}>
      <Link to="/">{text.state.toServices}</Link>
    </Notice>
  );
}
