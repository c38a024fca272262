import type { ErrorGroup } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, exact, perSecond } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import type { Text } from '../../data/text.ts';
import type { Column } from '../../widgets/data-table.tsx';
import { Sparkline } from '../../widgets/sparkline.tsx';
import { SideTag } from '../../widgets/tags.tsx';
import css from './errors-page.module.css';

/** What HTTP calls its codes (RFC 9110, section 15), for those one meets. */
const REASONS: Record<string, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export function nameOf(group: ErrorGroup, text: Text): string {
  if (group.kind === 'network') return text.errors.names[group.error] ?? group.error;
  if (group.kind === 'http') return [group.status || group.error, REASONS[group.status]].filter(Boolean).join(' ');
  return group.status || group.error;
}

export const endpointOf = ({ statement, operation, target }: ErrorGroup) =>
  statement || [operation, target].filter(Boolean).join(' ');

export function errorColumns(text: Text, service: string | undefined): Column<ErrorGroup>[] {
  const { errors } = text;
  const list = (id: 'callers' | 'servers'): Column<ErrorGroup> => ({
    id,
    header: errors[id],
    width: 150,
    value: (row) => row[id].join(', '),
    cell: (row) => <span title={row[id].join('\n')}>{row[id].join(', ') || '—'}</span>,
  });
  const time = (id: 'firstSeen' | 'lastSeen', header: string): Column<ErrorGroup> => ({
    id,
    header,
    width: 168,
    numeric: true,
    value: (row) => row[id],
    cell: (row) => dateTime(row[id]),
  });
  return [
    {
      id: 'what',
      header: errors.what,
      width: 230,
      grow: true,
      value: (row) => nameOf(row, text),
      cell: (row) => (
        <span className={css.what} data-error={row.isError}>
          <b>{nameOf(row, text)}</b>
          <small title={row.outgoing ? errors.outgoingHelp : undefined}>
            {row.outgoing ? errors.outgoing : errors.kinds[row.kind]}
          </small>
          <SideTag of={row} />
        </span>
      ),
    },
    {
      id: 'service',
      header: errors.service,
      width: 150,
      value: (row) => row.service,
      cell: (row) =>
        row.service === service ? (
          row.service
        ) : (
          <Link to="/services/$name/errors" params={{ name: row.service }} title={row.service}>
            {row.service}
          </Link>
        ),
    },
    {
      id: 'where',
      header: errors.where,
      width: 210,
      grow: true,
      value: endpointOf,
      cell: (row) => (
        <Link
          to="/services/$name/endpoint"
          params={{ name: row.service }}
          search={{ protocol: row.protocol, operation: row.operation, target: row.target, statement: row.statement }}
          className={css.mono}
          title={endpointOf(row)}
        >
          {endpointOf(row) || row.protocol}
        </Link>
      ),
    },
    {
      id: 'requests',
      header: errors.requests,
      numeric: true,
      width: 86,
      value: (row) => row.requests,
      cell: (row) => <span title={exact(row.requests)}>{count(row.requests)}</span>,
    },
    {
      id: 'rate',
      header: errors.perMinute,
      numeric: true,
      width: 76,
      value: (row) => row.perMinute,
      cell: (row) => perSecond(row.perMinute),
    },
    {
      id: 'trend',
      header: errors.trend,
      width: 112,
      value: (row) => row.requests,
      cell: (row) => <Sparkline values={row.sparkline} label={`${errors.trend}: ${nameOf(row, text)}`} />,
    },
    time('firstSeen', errors.first),
    time('lastSeen', errors.last),
    list('callers'),
    list('servers'),
  ];
}
