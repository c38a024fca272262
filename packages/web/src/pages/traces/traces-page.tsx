import type { TraceSummary } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Area, areaOf } from '../../base/area.ts';
import { dragRange } from '../../base/time.ts';
import { parseDuration } from '../../base/trace-id.ts';
import { useSetRange } from '../../data/settings.ts';
import { type Text, useText } from '../../data/text.ts';
import { useTraces } from '../../data/traces.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { traceColumns } from '../../widgets/monitoring/trace-columns.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Scatter } from '../../widgets/scatter.tsx';
import { Filters } from './filters.tsx';
import { type TracesSearch, tracesRoute } from './route.ts';
import { Contrast, SpanHeatmap } from './span-heatmap.tsx';
import css from './traces-page.module.css';

const DAY_MS = 86_400_000;

const optional = (text: string | undefined) => (text === undefined ? undefined : (parseDuration(text) ?? undefined));

function columnsOf(
  text: Text,
  isLong: boolean,
  picked: readonly string[],
  pick: (id: string) => void,
): Column<TraceSummary>[] {
  const { traces } = text;
  return [
    ...traceColumns(text, isLong),
    {
      id: 'services',
      header: traces.services,
      width: 220,
      value: (row) => row.services.length,
      cell: (row) => {
        const names = row.services.map(({ name }) => name).join(', ');
        return <span title={names}>{names}</span>;
      },
    },
    {
      id: 'pick',
      header: traces.pick,
      width: 76,
      value: (row) => (picked.includes(row.id) ? 1 : 0),
      cell: ({ id, root }) => (
        <input
          type="checkbox"
          aria-label={traces.pickOne(`${root.service} ${root.name}`)}
          checked={picked.includes(id)}
          onChange={() => pick(id)}
        />
      ),
    },
  ];
}

/** How many traces are held against each other. */
const PAIR = 2;

export function TracesPage() {
  const text = useText();
  const { traces: words } = text;
  const search = tracesRoute.useSearch();
  const navigate = tracesRoute.useNavigate();
  const setRange = useSetRange();
  const { service, operation, peer, kind, min, max, show, sort } = search;
  const area = areaOf(search);
  const filter = { service, operation, peer, kind, text: search.text, errors: isErrors(show) };
  const query = useTraces({ ...filter, ...durationsOf(min, max, area), sort: isSlowest(show) }, area);
  const change = (changed: TracesSearch) => navigate({ search: (previous) => ({ ...previous, ...changed }) });
  const open = (id: string) => void navigate({ to: '/traces/$id', params: { id } });
  const [picked, setPicked] = useState<readonly string[]>([]);
  const { meta } = query.data ?? {};
  const isLong = meta !== undefined && meta.to - meta.from > DAY_MS;
  const columns = useMemo(() => {
    const pick = (id: string) =>
      setPicked((ids) => (ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id].slice(-PAIR)));
    return columnsOf(text, isLong, picked, pick);
  }, [text, isLong, picked]);
  return (
    <Page title={words.title} meta={meta} fill>
      <section className={css.panel} aria-label={words.title}>
        <Filters search={search} change={change} />
        <QueryView query={query}>
          {({ meta, traces, truncated }) => (
            <>
              <div className={css.plots}>
                <SpanHeatmap filter={filter} area={search} change={change} />
                {traces.length > 0 && (
                  <Scatter
                    label={words.scatter}
                    from={meta.from}
                    to={meta.to}
                    points={traces.map(pointOf)}
                    onOpen={open}
                    onZoom={(from, to) => setRange(dragRange(from, to, 1000))}
                  />
                )}
              </div>
              <Contrast filter={filter} area={search} change={change} />
              {traces.length === 0 ? (
                <Notice title={words.none} hint={words.noneHint} />
              ) : (
                <>
                  <div className={css.count}>
                    <span role="status" title={words.scatterHelp}>
                      {words.count(traces.length, truncated)}
                    </span>
                    <ExplainLink number="spanHeatmap" of={words.heatmap} />
                    {picked.length === PAIR && (
                      <Link to="/traces/$id" params={{ id: picked[0] }} search={{ view: 'compare', with: picked[1] }}>
                        {words.compare}
                      </Link>
                    )}
                    <ExportMenu label={words.title} columns={columns} rows={traces} />
                  </div>
                  <DataTable
                    label={words.title}
                    query="spans found"
                    columns={columns}
                    rows={traces}
                    rowKey={(row) => row.id}
                    sort={sort ?? (show === 'slowest' ? '-duration' : '-start')}
                    onSort={(next) => navigate({ search: (previous) => ({ ...previous, sort: next }), replace: true })}
                  />
                </>
              )}
            </>
          )}
        </QueryView>
      </section>
    </Page>
  );
}

const isErrors = (show: TracesSearch['show']) => (show === 'errors' ? ('true' as const) : undefined);
const isSlowest = (show: TracesSearch['show']) => (show === 'slowest' ? ('slowest' as const) : undefined);

/** What was typed, and the area: the narrower of both. */
function durationsOf(min: string | undefined, max: string | undefined, area: Area | null) {
  const least = [optional(min), area && area.areaLow + 1].filter((each) => each !== undefined && each !== null);
  const most = [optional(max), area?.areaHigh].filter((each) => each !== undefined);
  return {
    minDuration: least.length > 0 ? Math.floor(Math.max(...least)) : undefined,
    maxDuration: most.length > 0 ? Math.floor(Math.min(...most)) : undefined,
  };
}

function pointOf({ id, match, spans, errors, root }: TraceSummary) {
  return {
    id,
    time: match.start,
    duration: match.duration,
    error: match.error || errors > 0,
    size: Math.round(6 + 2 * Math.log10(Math.max(1, spans)) ** 1.5),
    title: `${root.service} ${root.name}`,
  };
}
