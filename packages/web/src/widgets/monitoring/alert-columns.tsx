import type { Alert } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { alertValue } from '../../base/alert-value.ts';
import { dateTime } from '../../base/time.ts';
import type { Text } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import css from './alerts.module.css';

/** Columns of alerts, the same wherever they are listed. */
export function alertColumns({ alerts: words }: Text): Column<Alert>[] {
  return [
    {
      id: 'subject',
      header: words.subject,
      width: 230,
      grow: true,
      value: (row) => `${row.service} ${row.part}`,
      cell: (row) => (
        <span className={css.subject}>
          <Link to="/services/$name" params={{ name: row.service }}>
            {row.service}
          </Link>
          {row.part && <small title={row.part}>{row.part}</small>}
        </span>
      ),
    },
    {
      id: 'state',
      header: words.state,
      width: 140,
      value: (row) => (row.ended === null ? 'firing' : 'resolved'),
      cell: (row) => (
        <span className={css.state} data-state={row.ended === null ? row.severity : 'resolved'}>
          {words.states[row.ended === null ? 'firing' : 'resolved']}
          {row.silenced && ` · ${words.silenced}`}
        </span>
      ),
    },
    {
      id: 'severity',
      header: words.severity,
      width: 84,
      value: (row) => row.severity,
      cell: (row) => words.severities[row.severity] ?? row.severity,
    },
    {
      id: 'rule',
      header: words.rule,
      width: 210,
      grow: true,
      value: (row) => row.ruleName,
      cell: (row) => <span title={row.ruleName}>{row.ruleName}</span>,
    },
    {
      id: 'value',
      header: words.value,
      numeric: true,
      width: 92,
      value: (row) => row.value,
      cell: (row) => alertValue(row.metric, row.value),
    },
    {
      id: 'threshold',
      header: words.threshold,
      numeric: true,
      width: 92,
      value: (row) => row.threshold,
      cell: (row) => alertValue(row.metric, row.threshold),
    },
    {
      id: 'started',
      header: words.started,
      numeric: true,
      width: 172,
      value: (row) => row.started,
      cell: (row) => dateTime(row.started),
    },
    {
      id: 'ended',
      header: words.ended,
      numeric: true,
      width: 172,
      value: (row) => row.ended,
      cell: (row) => (row.ended === null ? words.still : dateTime(row.ended)),
    },
    {
      id: 'notified',
      header: words.notified,
      width: 120,
      value: (row) => row.notified.join(', '),
      cell: (row) => row.notified.join(', ') || '—',
    },
  ];
}
