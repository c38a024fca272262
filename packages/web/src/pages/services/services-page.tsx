import type { ServiceRow as Service } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { AlertGroups } from '../../base/alert-groups.ts';
import { matches } from '../../base/compare.ts';
import { exact, percent } from '../../base/format.ts';
import { useAlertGroups } from '../../data/alerts.ts';
import { useServices } from '../../data/queries.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { latencyColumns, volumeColumns } from '../../widgets/measure-columns.tsx';
import { alertColumn } from '../../widgets/monitoring/alert-count.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Sparkline } from '../../widgets/sparkline.tsx';
import { KindIcon, Leveled, SideTag } from '../../widgets/tags.tsx';
import { NoServices } from './no-services.tsx';
import { servicesRoute } from './route.ts';
import css from './services-page.module.css';

const DEFAULT_SORT = '-requests';

function columnsOf(text: Text, alerts: AlertGroups, all: number): Column<Service>[] {
  const shareOf = (row: Service) => (all > 0 ? row.requests / all : null);
  const { measures } = text;
  return [
    {
      id: 'name',
      header: measures.name,
      width: 216,
      grow: true,
      value: (row) => row.name,
      cell: (row) => (
        <span className={css.name}>
          <KindIcon kind={row.kind} />
          <Link to="/services/$name" params={{ name: row.name }} className={css.link} title={row.name}>
            {row.name}
          </Link>
          <SideTag of={row} />
        </span>
      ),
    },
    {
      id: 'protocols',
      header: measures.protocols,
      width: 84,
      value: (row) => row.protocols.join(' '),
      cell: (row) => <span className={css.protocols}>{row.protocols.join(', ') || text.kinds[row.kind]}</span>,
    },
    podsColumn(text),
    ...volumeColumns<Service>(text),
    alertColumn<Service>(text, alerts, ({ name }) => ({ service: name })),
    ...latencyColumns<Service>(text),
    {
      id: 'share',
      header: text.overview.share,
      help: text.overview.requestShare,
      numeric: true,
      width: 66,
      formula: 'requestShare',
      value: shareOf,
      cell: (row) => percent(shareOf(row)),
    },
    {
      id: 'trend',
      header: measures.trend,
      help: measures.trendHelp,
      width: 112,
      value: (row) => row.requests,
      cell: (row) => <Sparkline values={row.sparkline} label={`${measures.trend}: ${row.name}`} />,
    },
  ];
}

function podsColumn({ services: words }: Text): Column<Service> {
  return {
    id: 'pods',
    header: words.pods,
    help: words.podsHelp,
    numeric: true,
    formula: 'pods',
    query: 'pods',
    width: 64,
    value: (row) => row.pods?.ready ?? row.instances,
    cell: ({ name, pods, instances }) => {
      const level = pods === null || pods.ready === pods.all ? 'none' : pods.ready === 0 ? 'bad' : 'warn';
      const shown = pods === null ? (instances > 0 ? exact(instances) : '—') : `${pods.ready}/${pods.all}`;
      return (
        <Link to="/services/$name/pods" params={{ name }} className={css.pods} title={words.podsOf(pods !== null)}>
          <Leveled level={level}>{shown}</Leveled>
        </Link>
      );
    },
  };
}

export function ServicesPage() {
  const text = useText();
  const query = useServices();
  const { q = '', sort = DEFAULT_SORT } = servicesRoute.useSearch();
  const navigate = servicesRoute.useNavigate();
  const alerts = useAlertGroups();
  const all = query.data?.services ?? [];
  const total = all.reduce((sum, { requests }) => sum + requests, 0);
  const columns = useMemo(() => columnsOf(text, alerts, total), [text, alerts, total]);
  const shown = useMemo(
    () =>
      q === '' ? all : all.filter((row) => matches(q, row.name, row.kind, text.kinds[row.kind], ...row.protocols)),
    [all, q, text],
  );
  return (
    <Page title={text.services.title} meta={query.data?.meta} fill>
      <QueryView query={query}>
        {() =>
          all.length === 0 ? (
            <NoServices />
          ) : (
            <section className={css.panel} aria-label={text.services.title}>
              <div className={css.bar}>
                <FilterBox
                  label={text.services.filter}
                  placeholder={text.services.filterHint}
                  value={q}
                  onChange={(value) =>
                    navigate({ search: (previous) => ({ ...previous, q: value || undefined }), replace: true })
                  }
                />
                <span role="status" className={css.count}>
                  {q === '' ? text.services.count(all.length) : text.services.countOf(shown.length, all.length)}
                </span>
                <ExportMenu label={text.services.title} columns={columns} rows={shown} />
              </div>
              {shown.length === 0 ? (
                <Notice title={text.services.noMatch} />
              ) : (
                <DataTable
                  label={text.services.title}
                  query="totals of services"
                  columns={columns}
                  rows={shown}
                  rowKey={(row) => row.name}
                  sort={sort}
                  onSort={(next) => navigate({ search: (previous) => ({ ...previous, sort: next }), replace: true })}
                />
              )}
            </section>
          )
        }
      </QueryView>
    </Page>
  );
}
