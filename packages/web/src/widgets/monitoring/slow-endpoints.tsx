import type { SlowEndpoint } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { count, duration, percent } from '../../base/format.ts';
import { useChoice } from '../../data/choice.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';

const nameOf = ({ statement, operation, target }: SlowEndpoint) => statement || `${operation} ${target}`;

function columnsOf({ slow, measures, service: words }: Text, service: string): Column<SlowEndpoint>[] {
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
    number('slowRate', 'slowRate', slow.slowRate, (row) => row.slowRate, percent),
    number('requests', 'requests', measures.requests, (row) => row.requests, count),
    number('avg', 'avg', measures.avg, (row) => row.latency.avg, duration),
    number('p95', 'percentile', measures.p95, (row) => row.latency.p95, duration),
    number('p99', 'percentile', measures.p99, (row) => row.latency.p99, duration),
    number('max', 'max', slow.max, (row) => row.max, duration),
  ];
}

interface SlowEndpointsProps {
  readonly service: string;
  readonly rows: readonly SlowEndpoint[];
}

export function SlowEndpoints({ service, rows }: SlowEndpointsProps) {
  const text = useText();
  const [sort, setSort] = useChoice('slow', '-slow');
  const columns = useMemo(() => columnsOf(text, service), [text, service]);
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
