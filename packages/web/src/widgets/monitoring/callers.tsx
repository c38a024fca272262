import { SegmentedControl } from '@mantine/core';
import type { BreakdownPart } from '@sonde/api';
import { useMemo, useState } from 'react';
import { count, duration, exact, percent, perSecond } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { type PartFilter, useBreakdown } from '../../data/monitoring.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import { Leveled, SideTag } from '../tags.tsx';
import css from './monitoring.module.css';

const BY = ['caller', 'caller-instance', 'caller-host'] as const;

function columnsOf(text: Text): Column<BreakdownPart>[] {
  const { measures, overview } = text;
  const number = (
    id: string,
    header: string,
    value: (row: BreakdownPart) => number | null,
    show: (n: number | null) => string,
  ) => ({
    id,
    header,
    numeric: true,
    width: 86,
    value,
    cell: (row: BreakdownPart) => show(value(row)),
  });
  return [
    {
      id: 'key',
      header: overview.caller,
      width: 220,
      grow: true,
      value: (row) => row.key,
      cell: (row) => <span title={row.key}>{row.key || '—'}</span>,
    },
    {
      ...number('requests', measures.requests, (row) => row.requests, count),
      cell: (row) => <span title={exact(row.requests)}>{count(row.requests)}</span>,
    },
    number('share', overview.requestShare, (row) => row.requestShare, percent),
    number('rate', measures.rateUnit, (row) => row.rate, perSecond),
    {
      ...number('errors', measures.errorRate, (row) => row.errorRate, percent),
      cell: (row) => <Leveled level={errorLevel(row.errorRate)}>{percent(row.errorRate)}</Leveled>,
    },
    number('errorShare', overview.errorShareOf, (row) => row.errorShare, percent),
    number('avg', measures.avg, (row) => row.latency.avg, duration),
    number('p95', measures.p95, (row) => row.latency.p95, duration),
    number('p99', measures.p99, (row) => row.latency.p99, duration),
  ];
}

/** Who calls, by service, instance or host. */
export function Callers({ name, filter }: { readonly name: string; readonly filter: PartFilter }) {
  const text = useText();
  const [by, setBy] = useState<(typeof BY)[number]>('caller');
  const [sort, setSort] = useState('-requests');
  const query = useBreakdown(name, filter, by);
  const columns = useMemo(() => columnsOf(text), [text]);
  const parts = query.data?.parts ?? [];
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  return (
    <Panel
      title={text.overview.callers}
      flush
      aside={
        <span className={css.fields}>
          {query.data && by !== 'caller' && <SideTag of={{ side: query.data.side, requests }} />}
          <SegmentedControl
            size="xs"
            value={by}
            onChange={(value) => setBy(BY.find((each) => each === value) ?? 'caller')}
            data={BY.map((value) => ({ value, label: text.overview.by[value] }))}
          />
          <ExportMenu label={`${text.overview.callers}: ${name}`} columns={columns} rows={parts} />
        </span>
      }
    >
      <QueryView query={query}>
        {() =>
          parts.length === 0 ? (
            <p className={css.empty}>{text.overview.noCallers}</p>
          ) : (
            <DataTable
              label={text.overview.callers}
              columns={columns}
              rows={parts}
              rowKey={(row) => row.key}
              sort={sort}
              onSort={setSort}
              maxHeight={360}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
