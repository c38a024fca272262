import type { SlowEndpoint } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { count, duration, percent, perSecond } from '../../base/format.ts';
import { useChoice } from '../../data/choice.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';
import { linksColumn } from './part-links.tsx';

const nameOf = ({ statement, operation, target }: SlowEndpoint) => statement || `${operation} ${target}`;

/** Slow requests a minute: `rate` is requests over the seconds of the range that have passed. */
const perMinute = ({ slow, requests, rate }: SlowEndpoint) => (requests > 0 ? (slow / requests) * rate * 60 : null);

function columnsOf(text: Text, service: string, threshold: number): Column<SlowEndpoint>[] {
  const { slow, measures, errors, service: words } = text;
  const number = (
    id: string,
    formula: string,
    header: string,
    value: (row: SlowEndpoint) => number | null,
    show: (value: number | null) => string,
  ): Column<SlowEndpoint> => ({
    id,
    formula,
    header,
    numeric: true,
    width: 84,
    value,
    cell: (row) => show(value(row)),
  });
  return [
    {
      id: 'name',
      header: words.endpoint,
      width: 240,
      grow: true,
      value: nameOf,
      cell: (row) => (
        <Link
          to="/services/$name/endpoint"
          params={{ name: service }}
          search={{ protocol: row.protocol, operation: row.operation, target: row.target, statement: row.statement }}
          className={css.mono}
          title={nameOf(row)}
        >
          {nameOf(row)}
        </Link>
      ),
    },
    number('slow', 'slow', slow.slow, (row) => row.slow, count),
    number('perMinute', 'slowPerMinute', errors.perMinute, perMinute, perSecond),
    number('slowRate', 'slowRate', slow.slowRate, (row) => row.slowRate, percent),
    number('requests', 'requests', measures.requests, (row) => row.requests, count),
    number('avg', 'avg', measures.avg, (row) => row.latency.avg, duration),
    number('p95', 'percentile', measures.p95, (row) => row.latency.p95, duration),
    number('p99', 'percentile', measures.p99, (row) => row.latency.p99, duration),
    number('max', 'max', slow.max, (row) => row.max, duration),
    linksColumn<SlowEndpoint>(text, (row) => ({
      service,
      side: row.side,
      part: row,
      traces: { min: `${threshold / 1e6}ms` },
    })),
  ];
}

interface SlowEndpointsProps {
  readonly service: string;
  readonly rows: readonly SlowEndpoint[];
  /** Nanoseconds from which on a request is slow. */
  readonly threshold: number;
}

export function SlowEndpoints({ service, rows, threshold }: SlowEndpointsProps) {
  const text = useText();
  const [sort, setSort] = useChoice('slow', '-slow');
  const columns = useMemo(() => columnsOf(text, service, threshold), [text, service, threshold]);
  return (
    <Panel
      title={text.slow.endpoints}
      flush
      aside={<ExportMenu label={`${text.slow.endpoints}: ${service}`} columns={columns} rows={rows} />}
    >
      <DataTable
        label={text.slow.endpoints}
        query="endpoints"
        columns={columns}
        rows={rows}
        rowKey={(row) => [row.protocol, row.operation, row.target, row.statement].join('\0')}
        sort={sort}
        onSort={setSort}
        maxHeight={420}
      />
    </Panel>
  );
}
