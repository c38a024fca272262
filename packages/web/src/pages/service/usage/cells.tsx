import type { UsageGroup } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, duration, exact, percent } from '../../../base/format.ts';
import { statusClass } from '../../../base/health.ts';
import { statusName } from '../../../base/status-name.ts';
import css from './usage.module.css';

interface PartLinkProps {
  readonly service: string;
  readonly protocol: string;
  readonly operation?: string;
  readonly target?: string;
  /** What stands there where it is not the target. */
  readonly label?: string;
  /** In place of an empty name. */
  readonly none: string;
}

/** The name of a part of a service, a link to its own numbers. */
export function PartLink({ service, protocol, operation, target, label, none }: PartLinkProps) {
  const name = label ?? target ?? operation ?? '';
  return (
    <Link
      to="/services/$name/endpoint"
      params={{ name: service }}
      search={{ protocol, operation, target }}
      className={css.part}
      title={name || none}
    >
      {name || <em>{none}</em>}
    </Link>
  );
}

/** Share of the service's time, as a bar and a number; the time itself on hover. */
export function Share({ of: { timeShare, latency, requests } }: { readonly of: UsageGroup }) {
  const total = latency.avg === null ? undefined : duration(latency.avg * requests);
  return (
    <span className={css.share} title={total}>
      <i style={{ '--share': `${(timeShare ?? 0) * 100}%` } as React.CSSProperties} />
      {percent(timeShare)}
    </span>
  );
}

const SHOWN = 3;

/** Services that asked, most requests first, each a link. */
export function Callers({ of, total }: { readonly of: UsageGroup['callers']; readonly total?: number }) {
  const all = of.reduce((sum, { requests }) => sum + requests, 0);
  const hidden = (total ?? of.length) - SHOWN;
  return (
    <span
      className={css.callers}
      title={of
        .map(({ name, requests }) => `${name || '—'}: ${exact(requests)} (${percent(requests / all)})`)
        .join('\n')}
    >
      {of.length === 0 && '—'}
      {of.slice(0, SHOWN).map(({ name }) =>
        name === '' ? (
          <span key={name}>—</span>
        ) : (
          <Link key={name} to="/services/$name" params={{ name }}>
            {name}
          </Link>
        ),
      )}
      {hidden > 0 && <small>+{hidden}</small>}
    </span>
  );
}

/** `SELECT 83 %  INSERT 17 %`. */
export function Operations({ of: { operations, requests } }: { readonly of: UsageGroup }) {
  return (
    <span
      className={css.operations}
      title={operations.map((each) => `${each.operation || '—'}: ${exact(each.requests)}`).join('\n')}
    >
      {operations.slice(0, 4).map((each) => (
        <span key={each.operation}>
          <b>{each.operation || '—'}</b> {percent(each.requests / requests)}
        </span>
      ))}
      {operations.length > 4 && <small>+{operations.length - 4}</small>}
    </span>
  );
}

/** Statuses by name, what failed first. */
export function Codes({ of: { protocol, statuses } }: { readonly of: UsageGroup }) {
  const named = [...statuses]
    .sort((a, b) => Number(b.error !== '') - Number(a.error !== '') || b.requests - a.requests)
    .map(({ status, error, requests }) => ({
      key: `${status}\n${error}`,
      name: statusName(protocol, status, error) || '—',
      status,
      failed: error !== '',
      requests,
    }));
  return (
    <span
      className={css.codes}
      title={named.map((each) => `${each.name} (${each.status || '—'}): ${exact(each.requests)}`).join('\n')}
    >
      {named.map(({ key, name, status, failed, requests }) => (
        <span key={key} data-class={statusClass(status, failed)}>
          <b>{name}</b> {count(requests)}
        </span>
      ))}
    </span>
  );
}
