import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { quickRange } from '../base/time.ts';
import type { ApiError } from '../data/client.ts';
import { useSetRange } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import { Notice } from './notice.tsx';
import css from './query-view.module.css';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T, ApiError>;
  readonly children: (data: T) => ReactNode;
  /** Title in place of the API's message where the object is not there in this range. */
  readonly missing?: string;
}

/** An answer of the API, or what stands in its place: loading, refused, out of reach. */
export function QueryView<T>({ query, children, missing }: QueryViewProps<T>) {
  const text = useText();
  if (query.data !== undefined && !(query.error && query.isPlaceholderData)) {
    return (
      <>
        {query.error && (
          <p className={css.stale} role="status">
            {text.state.stale} ({query.error.code})
          </p>
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <Refused error={query.error} missing={missing} retry={() => void query.refetch()} />;
  return (
    <div className={css.loading} role="status" aria-label={text.state.loading}>
      <i />
      <i />
      <i />
    </div>
  );
}

interface RefusedProps {
  readonly error: ApiError;
  readonly missing: string | undefined;
  readonly retry: () => void;
}

function Refused({ error, missing, retry }: RefusedProps) {
  const text = useText();
  const setRange = useSetRange();
  if (error.status === 0) {
    return (
      <Notice
        level="bad"
        title={text.state.unreachable}
        hint={text.state.unreachableHint}
        detail={error.code}
        action={{ label: text.state.retry, run: retry }}
      />
    );
  }
  const { title, hint, action } = {
    SONDE_API_NOT_FOUND: {
      title: missing,
      hint: error.hint,
      action: { label: text.state.lastDay, run: () => setRange(quickRange('24h')) },
    },
    SONDE_API_BAD_RANGE: {
      title: error.message,
      hint: error.hint,
      action: { label: text.state.defaultRange, run: () => setRange(quickRange('15m')) },
    },
    SONDE_WEB_BAD_ANSWER: {
      title: text.state.badAnswer,
      hint: text.state.badAnswerHint,
      action: { label: text.state.retry, run: retry },
    },
  }[error.code] ?? { title: error.message, hint: error.hint, action: { label: text.state.retry, run: retry } };
  return (
    <Notice
      level="bad"
      title={title ?? error.message}
      hint={hint}
      detail={title === error.message ? error.code : `${error.code}: ${error.message}`}
      action={action}
    />
  );
}
