import { Button } from '@mantine/core';
import type { Alert } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { alertValue } from '../../base/alert-value.ts';
import { dateTime } from '../../base/time.ts';
import type { Text } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import css from './alerts.module.css';

/** What is shown around an alert's time, in milliseconds. */
const BEFORE = 15 * 60_000;
const AFTER = 5 * 60_000;

/** Columns of alerts, the same wherever they are listed. */
export function alertColumns({ alerts: words }: Text, onSilence?: (alert: Alert) => void): Column<Alert>[] {
  const ended: Column<Alert> = {
    id: 'ended',
    header: words.ended,
    numeric: true,
    formula: 'ended',
    width: 124,
    value: (row) => row.ended,
    cell: (row) => (row.ended === null ? words.still : <Stamp of={row.ended} />),
  };
  const silence: Column<Alert> = {
    id: 'silence',
    header: '',
    width: 124,
    value: (row) => row.id,
    cell: (row) =>
      !row.silenced && (
        <Button size="compact-xs" variant="default" onClick={() => onSilence?.(row)}>
          {words.silence}
        </Button>
      ),
  };
  return [
    {
      id: 'subject',
      header: words.subject,
      width: 176,
      grow: true,
      value: (row) => `${row.service} ${row.part}`,
      cell: (row) => (
        <span className={css.subject}>
          <Link to="/services/$name" params={{ name: row.service }}>
            {row.service}
          </Link>
          <Part of={row} />
        </span>
      ),
    },
    {
      id: 'state',
      header: words.state,
      width: 112,
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
      width: 76,
      value: (row) => row.severity,
      cell: (row) => words.severities[row.severity] ?? row.severity,
    },
    {
      id: 'rule',
      header: words.rule,
      width: 176,
      grow: true,
      value: (row) => row.ruleName,
      cell: (row) => (
        <Link to="/alerts" search={{ rule: row.rule }} title={words.ofRule}>
          {row.ruleName}
        </Link>
      ),
    },
    {
      id: 'value',
      header: words.value,
      numeric: true,
      formula: 'alertValue',
      width: 80,
      value: (row) => row.value,
      cell: (row) => alertValue(row.metric, row.value),
    },
    {
      id: 'threshold',
      header: words.threshold,
      numeric: true,
      formula: 'threshold',
      width: 80,
      value: (row) => row.threshold,
      cell: (row) => alertValue(row.metric, row.threshold),
    },
    {
      id: 'started',
      header: words.started,
      numeric: true,
      formula: 'fired',
      width: 124,
      value: (row) => row.started,
      cell: (row) => (
        <Link
          to="/services/$name"
          params={{ name: row.service }}
          search={{ from: row.started - BEFORE, to: row.ended === null ? 'now' : row.ended + AFTER }}
          title={words.atTheTime}
        >
          <Stamp of={row.started} />
        </Link>
      ),
    },
    ...(onSilence === undefined ? [ended] : []),
    {
      id: 'notified',
      header: words.notified,
      width: 84,
      value: (row) => row.notified.join(', '),
      cell: (row) => row.notified.join(', ') || '—',
    },
    ...(onSilence === undefined ? [] : [silence]),
  ];
}

/** A moment without its year, which is the same in all rows but of long ranges. */
const Stamp = ({ of }: { readonly of: number }) => <span title={dateTime(of)}>{dateTime(of).slice(5)}</span>;

/** The endpoint, instance or peer an alert is about, with a way to it. */
function Part({ of: { service, by, part } }: { readonly of: Alert }) {
  if (part === '') return null;
  const text = <small title={part}>{part}</small>;
  if (by === 'instance')
    return (
      <Link to="/services/$name/instance" params={{ name: service }} search={{ instance: part }}>
        {text}
      </Link>
    );
  if (by === 'endpoint')
    return (
      <Link to="/services/$name" params={{ name: service }} search={{ q: part.slice(0, 200) }}>
        {text}
      </Link>
    );
  return (
    <Link to="/services/$name" params={{ name: part }}>
      {text}
    </Link>
  );
}
