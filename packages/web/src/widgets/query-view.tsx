import { ApiError } from '@sonde/api';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sentence } from '../base/format.ts';
import { quickRange } from '../base/time.ts';
import { useSetRange } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import { Notice } from './notice.tsx';
import css from './query-view.module.css';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
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
            {text.state.stale}
            {query.error instanceof ApiError && ` (${query.error.code})`}
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
  readonly error: Error;
  readonly missing: string | undefined;
  readonly retry: () => void;
}

function Refused({ error, missing, retry }: RefusedProps) {
  const text = useText();
  const setRange = useSetRange();
  if (!(error instanceof ApiError)) {
    return (
      <Notice
        level="bad"
        title={text.state.unreachable}
        hint={text.state.unreachableHint}
        detail={String(error)}
        action={{ label: text.state.retry, run: retry }}
      />
    );
  }
  const away = error.code === 'SONDE_API_BAD_RANGE' ? '15m' : error.code === 'SONDE_API_NOT_FOUND' ? '24h' : null;
  const action =
    away === null
      ? { label: text.state.retry, run: retry }
      : {
          label: away === '15m' ? text.state.defaultRange : text.state.lastDay,
          run: () => setRange(quickRange(away)),
        };
  const title = error.code === 'SONDE_API_NOT_FOUND' && missing ? missing : sentence(error.message);
  return <Notice level="bad" title={title} hint={sentence(error.hint)} detail={error.code} action={action} />;
}
