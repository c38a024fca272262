import type { SlowEndpoint } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { count, duration, percent } from '../../base/format.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { Panel } from '../../widgets/page.tsx';

const nameOf = ({ statement, operation, target }: SlowEndpoint) => statement || `${operation} ${target}`;

function columnsOf({ slow, measures, service: words }: Text, service: string): Column<SlowEndpoint>[] {
  const number = (
    id: string,
    header: string,
    value: (row: SlowEndpoint) => number | null,
    show: (value: number | null) => string,
  ): Column<SlowEndpoint> => ({ id, header, numeric: true, width: 84, value, cell: (row) => show(value(row)) });
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
    number('slow', slow.slow, (row) => row.slow, count),
    number('slowRate', slow.slowRate, (row) => row.slowRate, percent),
    number('requests', measures.requests, (row) => row.requests, count),
    number('avg', measures.avg, (row) => row.latency.avg, duration),
    number('p95', measures.p95, (row) => row.latency.p95, duration),
    number('p99', measures.p99, (row) => row.latency.p99, duration),
    number('max', slow.max, (row) => row.max, duration),
  ];
}

interface SlowEndpointsProps {
  readonly service: string;
  readonly rows: readonly SlowEndpoint[];
}

export function SlowEndpoints({ service, rows }: SlowEndpointsProps) {
  const text = useText();
  const [sort, setSort] = useState('-slow');
  const columns = useMemo(() => columnsOf(text, service), [text, service]);
  return (
    <Panel
      title={text.slow.endpoints}
      flush
      aside={<ExportMenu label={`${text.slow.endpoints}: ${service}`} columns={columns} rows={rows} />}
    >
      <DataTable
        label={text.slow.endpoints}
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
