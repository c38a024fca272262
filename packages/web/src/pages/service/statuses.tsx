import type { ServiceDetail } from '@sonde/api';
import { count, exact, percent } from '../../base/format.ts';
import { statusClass } from '../../base/health.ts';
import { statusName } from '../../base/status-name.ts';
import { useText } from '../../data/text.ts';
import css from './service-page.module.css';

interface StatusesProps {
  readonly service: Pick<ServiceDetail, 'statuses' | 'protocols'>;
}

/** Each status with its share; a bar is never thinner than can be seen. */
export function Statuses({ service: { statuses, protocols } }: StatusesProps) {
  const text = useText();
  if (statuses.length === 0) return <p className={css.empty}>{text.service.noEndpoints}</p>;
  const total = statuses.reduce((sum, { requests }) => sum + requests, 0);
  // Of several protocols' numbers nobody knows whose they are.
  const nameOf = (status: string) => (protocols.length === 1 ? statusName(protocols[0], status, '') : status);
  const most = Math.max(...statuses.map(({ requests }) => requests));
  return (
    <ul className={css.statuses}>
      {[...statuses]
        .sort((a, b) => b.requests - a.requests)
        .map(({ status, requests, errors }) => (
          <li key={status} data-class={statusClass(status, errors > 0)} title={`${status || '—'}: ${exact(requests)}`}>
            <strong>{nameOf(status) || '—'}</strong>
            <i style={{ width: `max(3px, ${(100 * requests) / most}%)` }} />
            <small>
              {count(requests)} · {percent(requests / total)}
            </small>
          </li>
        ))}
    </ul>
  );
}
