import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useText } from '../data/text.ts';
import { Notice } from '../widgets/notice.tsx';

export function Crash({ error, reset }: ErrorComponentProps) {
  const text = useText();
  return (
    <Notice
      level="bad"
      title={text.state.crashed}
      detail={String(error)}
      action={{ label: text.state.retry, run: reset }}
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
