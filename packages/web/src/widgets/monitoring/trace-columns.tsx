import type { TraceSummary } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { count, duration } from '../../base/format.ts';
import { clock, dateTime } from '../../base/time.ts';
import type { Text } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import css from './trace-columns.module.css';

/** Columns of traces, the same wherever they are listed; `isLong` is a range of more than a day. */
export function traceColumns({ traces }: Text, isLong: boolean): Column<TraceSummary>[] {
  return [
    {
      id: 'root',
      header: traces.root,
      width: 240,
      grow: true,
      value: (row) => `${row.root.service} ${row.root.name}`,
      cell: (row) => (
        <Link to="/traces/$id" params={{ id: row.id }} className={css.root} title={row.id}>
          <b>{row.root.service}</b> {row.root.name}
        </Link>
      ),
    },
    {
      id: 'match',
      header: traces.match,
      width: 230,
      value: (row) => `${row.match.service} ${row.match.name}`,
      cell: (row) => (
        <span className={css.match} data-error={row.match.error}>
          {row.match.service} <i>{row.match.name}</i>
        </span>
      ),
    },
    {
      id: 'start',
      header: traces.start,
      width: isLong ? 130 : 80,
      numeric: true,
      formula: 'traceStart',
      value: (row) => row.match.start,
      cell: (row) => (
        <span title={dateTime(row.match.start)}>
          {isLong ? dateTime(row.match.start).slice(5) : clock(row.match.start)}
        </span>
      ),
    },
    {
      id: 'duration',
      header: traces.duration,
      width: 90,
      numeric: true,
      formula: 'spanDuration',
      value: (row) => row.match.duration,
      cell: (row) => <span title={duration(row.duration)}>{duration(row.match.duration)}</span>,
    },
    {
      id: 'spans',
      header: traces.spans,
      width: 70,
      numeric: true,
      formula: 'spans',
      query: 'traces found',
      value: (row) => row.spans,
      cell: (row) => count(row.spans),
    },
    {
      id: 'errors',
      header: traces.errorCount,
      width: 70,
      numeric: true,
      formula: 'spanErrors',
      query: 'traces found',
      value: (row) => row.errors,
      cell: (row) => (
        <span className={css.errors} data-bad={row.errors > 0}>
          {count(row.errors)}
        </span>
      ),
    },
  ];
}
