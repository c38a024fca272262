import { useMemo } from 'react';
import type { Area } from '../../base/area.ts';
import { useChoice } from '../../data/choice.ts';
import { useText } from '../../data/text.ts';
import { type TraceFilter, useTraces } from '../../data/traces.ts';
import { DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import css from './monitoring.module.css';
import { traceColumns } from './trace-columns.tsx';

const DAY_MS = 86_400_000;

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
  const { meta } = query.data ?? {};
  const isLong = meta !== undefined && meta.to - meta.from > DAY_MS;
  const columns = useMemo(() => traceColumns(text, isLong), [text, isLong]);
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
