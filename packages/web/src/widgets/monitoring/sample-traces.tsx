import type { TraceSummary } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Area } from '../../base/area.ts';
import { count, duration } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import { useChoice } from '../../data/choice.ts';
import { type Text, useText } from '../../data/text.ts';
import { type TraceFilter, useTraces } from '../../data/traces.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import css from './monitoring.module.css';

function columnsOf({ traces }: Text): Column<TraceSummary>[] {
  return [
    {
      id: 'root',
      header: traces.root,
      width: 260,
      grow: true,
      value: (row) => `${row.root.service} ${row.root.name}`,
      cell: (row) => (
        <Link to="/traces/$id" params={{ id: row.id }} title={row.id}>
          <b>{row.root.service}</b> {row.root.name}
        </Link>
      ),
    },
    {
      id: 'match',
      header: traces.match,
      width: 240,
      grow: true,
      value: (row) => `${row.match.service} ${row.match.name}`,
      cell: (row) => `${row.match.service} ${row.match.name}`,
    },
    {
      id: 'start',
      header: traces.start,
      width: 178,
      numeric: true,
      formula: 'traceStart',
      value: (row) => row.match.start,
      cell: (row) => dateTime(row.match.start),
    },
    {
      id: 'duration',
      header: traces.duration,
      width: 90,
      numeric: true,
      formula: 'spanDuration',
      value: (row) => row.match.duration,
      cell: (row) => duration(row.match.duration),
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
  ];
}

const SHOWN = 10;

interface SampleTracesProps {
  readonly title: string;
  readonly filter: TraceFilter;
  /** A part of the page's range. */
  readonly area?: Area | null;
}

/** Some traces of what the page is about. */
export function SampleTraces({ title, filter, area = null }: SampleTracesProps) {
  const text = useText();
  const query = useTraces({ ...filter, limit: SHOWN }, area);
  const [sort, setSort] = useChoice('traces', filter.sort === 'slowest' ? '-duration' : '-start');
  const columns = useMemo(() => columnsOf(text), [text]);
  const rows = query.data?.traces ?? [];
  return (
    <Panel title={title} flush aside={<ExportMenu label={title} columns={columns} rows={rows} />}>
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <p className={css.empty}>{text.traces.noSample}</p>
          ) : (
            <DataTable
              label={title}
              query="spans found"
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              sort={sort}
              onSort={setSort}
              maxHeight={300}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
