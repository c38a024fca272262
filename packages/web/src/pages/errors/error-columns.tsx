import type { ErrorGroup } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, exact, perSecond } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import { type Text, useText } from '../../data/text.ts';
import type { Column } from '../../widgets/data-table.tsx';
import { linksColumn } from '../../widgets/monitoring/part-links.tsx';
import { Sparkline } from '../../widgets/sparkline.tsx';
import { SideTag } from '../../widgets/tags.tsx';
import { endpointOf, nameOf, spanTextOf } from './error-names.ts';
import css from './errors-page.module.css';

export function errorColumns(text: Text, service: string | undefined): Column<ErrorGroup>[] {
  const { errors } = text;
  const list = (id: 'callers' | 'servers'): Column<ErrorGroup> => ({
    id,
    header: errors[id],
    width: 150,
    value: (row) => row[id].join(', '),
    cell: (row) => <Ends names={row[id]} count={id === 'callers' ? row.callerCount : row.serverCount} />,
  });
  const time = (id: 'firstSeen' | 'lastSeen', header: string): Column<ErrorGroup> => ({
    id,
    header,
    width: 168,
    numeric: true,
    formula: id,
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
          <Link
            to="/services/$name/error"
            params={{ name: row.service }}
            search={{
              side: row.side,
              protocol: row.protocol,
              operation: row.operation,
              target: row.target,
              statement: row.statement,
              status: row.status,
              error: row.error,
            }}
          >
            <b>{nameOf(row, text)}</b>
          </Link>
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
      formula: 'requests',
      value: (row) => row.requests,
      cell: (row) => <span title={exact(row.requests)}>{count(row.requests)}</span>,
    },
    {
      id: 'rate',
      header: errors.perMinute,
      numeric: true,
      width: 76,
      formula: 'perMinute',
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
    linksColumn<ErrorGroup>(text, (row) => ({
      service: row.service,
      side: row.side,
      part: row,
      traces: { text: spanTextOf(row) },
    })),
  ];
}

/** Names of ends, with how many are not named. */
function Ends({ names, count: all }: { readonly names: readonly string[]; readonly count: number }) {
  const { state } = useText();
  const more = all > names.length ? [state.more(all - names.length)] : [];
  return <span title={[...names, ...more].join('\n')}>{[...names, ...more].join(', ') || '—'}</span>;
}
