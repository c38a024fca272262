import type { TraceSummary } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { count, duration } from '../../base/format.ts';
import { clock, dateTime, dragRange } from '../../base/time.ts';
import { parseDuration } from '../../base/trace-id.ts';
import { useSetRange } from '../../data/settings.ts';
import { type Text, useText } from '../../data/text.ts';
import { useTraces } from '../../data/traces.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Scatter } from '../../widgets/scatter.tsx';
import { Filters } from './filters.tsx';
import { type TracesSearch, tracesRoute } from './route.ts';
import css from './traces-page.module.css';

const DAY_MS = 86_400_000;

const optional = (text: string | undefined) => (text === undefined ? undefined : (parseDuration(text) ?? undefined));

function columnsOf(text: Text, isLong: boolean): Column<TraceSummary>[] {
  const { traces } = text;
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
      value: (row) => row.start,
      cell: (row) => (isLong ? dateTime(row.start).slice(5) : clock(row.start)),
    },
    {
      id: 'duration',
      header: traces.duration,
      width: 90,
      numeric: true,
      value: (row) => row.match.duration,
      cell: (row) => <span title={duration(row.duration)}>{duration(row.match.duration)}</span>,
    },
    {
      id: 'spans',
      header: traces.spans,
      width: 70,
      numeric: true,
      value: (row) => row.spans,
      cell: (row) => count(row.spans),
    },
    {
      id: 'errors',
      header: traces.errorCount,
      width: 70,
      numeric: true,
      value: (row) => row.errors,
      cell: (row) => <span data-bad={row.errors > 0}>{count(row.errors)}</span>,
    },
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
  ];
}

export function TracesPage() {
  const text = useText();
  const { traces: words } = text;
  const search = tracesRoute.useSearch();
  const navigate = tracesRoute.useNavigate();
  const setRange = useSetRange();
  const { service, operation, peer, min, max, show, sort } = search;
  const query = useTraces({
    service,
    operation,
    peer,
    minDuration: optional(min),
    maxDuration: optional(max),
    text: search.text,
    errors: show === 'errors' ? 'true' : undefined,
    sort: show === 'slowest' ? 'slowest' : undefined,
  });
  const change = (changed: TracesSearch) => navigate({ search: (previous) => ({ ...previous, ...changed }) });
  const { meta } = query.data ?? {};
  const isLong = meta !== undefined && meta.to - meta.from > DAY_MS;
  const columns = useMemo(() => columnsOf(text, isLong), [text, isLong]);
  return (
    <Page title={words.title} meta={meta} fill>
      <section className={css.panel} aria-label={words.title}>
        <Filters search={search} change={change} />
        <QueryView query={query}>
          {({ meta, traces, truncated }) =>
            traces.length === 0 ? (
              <Notice title={words.none} hint={words.noneHint} />
            ) : (
              <>
                <Scatter
                  label={words.scatter}
                  from={meta.from}
                  to={meta.to}
                  points={traces.map(pointOf)}
                  onOpen={(id) => void navigate({ to: '/traces/$id', params: { id } })}
                  onZoom={(from, to) => setRange(dragRange(from, to, 1000))}
                />
                <p className={css.count} role="status" title={words.scatterHelp}>
                  {words.count(traces.length, truncated)}
                </p>
                <DataTable
                  label={words.title}
                  columns={columns}
                  rows={traces}
                  rowKey={(row) => row.id}
                  sort={sort ?? (show === 'slowest' ? '-duration' : '-start')}
                  onSort={(next) => navigate({ search: (previous) => ({ ...previous, sort: next }), replace: true })}
                />
              </>
            )
          }
        </QueryView>
      </section>
    </Page>
  );
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
