import { Button } from '@mantine/core';
import type { Service, ServiceDetail, SlowEndpoint } from '@sonde/api';
import { isProbe } from '@sonde/model';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type AlertGroups, endpointPart } from '../../base/alert-groups.ts';
import { matches } from '../../base/compare.ts';
import { count, duration, exact, percent } from '../../base/format.ts';
import { statusClass } from '../../base/health.ts';
import { useAlertGroups } from '../../data/alerts.ts';
import { useChoice } from '../../data/choice.ts';
import { useEndpoints } from '../../data/queries.ts';
import { useLens } from '../../data/settings.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { byteColumns, latencyColumns, volumeColumns } from '../../widgets/measure-columns.tsx';
import { alertColumn } from '../../widgets/monitoring/alert-count.tsx';
import { linksColumn } from '../../widgets/monitoring/part-links.tsx';
import { Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import type { ServiceSearch } from './route.ts';
import css from './service-page.module.css';

const DEFAULT_SORT = '-share';

const keyOf = (row: SlowEndpoint) => [row.protocol, row.operation, row.target, row.statement, row.side].join('\0');

function nameColumn(name: string, header: string, width: number): Column<SlowEndpoint> {
  return {
    id: 'name',
    header,
    width,
    grow: true,
    value: (row) => row.statement || `${row.target} ${row.operation}`,
    cell: (row) => (
      <Link
        to="/services/$name/endpoint"
        params={{ name }}
        search={{ protocol: row.protocol, operation: row.operation, target: row.target, statement: row.statement }}
        className={css.endpoint}
        title={row.statement || `${row.operation} ${row.target}`}
      >
        {!row.statement && <span className={css.operation}>{row.operation}</span>}
        <span className={css.target}>{row.statement || row.target}</span>
      </Link>
    ),
  };
}

function columnsOf(
  text: Text,
  service: string,
  kind: Service['kind'],
  failing: ReadonlySet<string>,
  alerts: AlertGroups,
): Column<SlowEndpoint>[] {
  const { measures, service: words } = text;
  const header = kind === 'database' ? words.statement : kind === 'cache' ? words.command : words.endpoint;
  return [
    nameColumn(service, header, kind === 'database' ? 420 : 220),
    {
      id: 'share',
      header: measures.timeShare,
      help: measures.timeShareHelp,
      numeric: true,
      formula: 'timeShare',
      width: 100,
      value: (row) => row.timeShare,
      cell: (row) => (
        <span
          className={css.share}
          title={row.latency.avg === null ? undefined : duration(row.latency.avg * row.requests)}
        >
          <i style={{ '--share': `${(row.timeShare ?? 0) * 100}%` } as React.CSSProperties} />
          {percent(row.timeShare)}
        </span>
      ),
    },
    ...volumeColumns<SlowEndpoint>(text),
    alertColumn<SlowEndpoint>(text, alerts, (row) => ({ service, by: 'endpoint', part: endpointPart(row) })),
    ...latencyColumns<SlowEndpoint>(text),
    {
      id: 'max',
      header: text.slow.max,
      numeric: true,
      width: 68,
      formula: 'max',
      value: (row) => row.max,
      cell: (row) => duration(row.max),
    },
    {
      id: 'slow',
      header: text.slow.slowRate,
      numeric: true,
      width: 88,
      formula: 'slowRate',
      value: (row) => row.slowRate,
      cell: (row) => <span title={exact(row.slow)}>{percent(row.slowRate)}</span>,
    },
    {
      id: 'statuses',
      header: measures.statuses,
      width: 130,
      value: (row) => row.errors,
      cell: (row) => <Codes statuses={row.statuses} failing={failing} />,
    },
    ...byteColumns<SlowEndpoint>(text),
    linksColumn<SlowEndpoint>(text, (row) => ({ service, side: row.side, part: row, traces: {} })),
  ];
}

/** What failed comes first: it is what one looks for, and the cell may be too narrow for all. */
const SEVERITY: readonly string[] = ['4xx', '5xx', 'error'];

interface CodesProps {
  readonly statuses: SlowEndpoint['statuses'];
  /** Statuses that count as errors in this service. */
  readonly failing: ReadonlySet<string>;
}

function Codes({ statuses, failing }: CodesProps) {
  const classOf = (status: string) => statusClass(status, failing.has(status));
  const severity = (status: string) => SEVERITY.indexOf(classOf(status));
  const entries = Object.entries(statuses).sort((a, b) => severity(b[0]) - severity(a[0]) || b[1] - a[1]);
  return (
    <span className={css.codes} title={entries.map(([status, n]) => `${status || '—'}: ${exact(n)}`).join('\n')}>
      {entries.map(([status, n]) => (
        <span key={status} data-class={classOf(status)}>
          <b>{status || '—'}</b> {count(n)}
        </span>
      ))}
    </span>
  );
}

interface EndpointsProps {
  readonly service: ServiceDetail;
  readonly search: ServiceSearch;
  readonly change: (change: ServiceSearch) => void;
  /** Pixels of the table at most; without it, as many as the window leaves. */
  readonly maxHeight?: number;
}

export function Endpoints({ service: { name, kind, statuses }, search, change, maxHeight }: EndpointsProps) {
  const text = useText();
  const query = useEndpoints(name, useLens().slow);
  const alerts = useAlertGroups(name);
  const { q = '', sort = DEFAULT_SORT } = search;
  const columns = useMemo(() => {
    const failing = new Set(statuses.filter(({ errors }) => errors > 0).map(({ status }) => status));
    return columnsOf(text, name, kind, failing, alerts);
  }, [text, name, kind, statuses, alerts]);
  const [probes, setProbes] = useChoice('probes', 'hidden');
  const all = query.data?.endpoints ?? [];
  const asked = all.filter((row) => !isProbe(row));
  const probed = all.length - asked.length;
  const listed = probes === 'hidden' ? asked : all;
  const shown =
    q === '' ? listed : listed.filter((row) => matches(q, row.operation, row.target, row.statement, row.protocol));
  const { service } = text;
  const title = kind === 'database' ? service.statements : kind === 'cache' ? service.commands : service.endpoints;
  return (
    <Panel
      title={title}
      flush
      aside={
        <span className={css.tools}>
          {probed > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              title={service.probesHelp}
              aria-pressed={probes === 'hidden'}
              onClick={() => setProbes(probes === 'hidden' ? 'shown' : 'hidden')}
            >
              {probes === 'hidden' ? service.probesHidden(probed) : service.hideProbes}
            </Button>
          )}
          <FilterBox
            label={service.filterEndpoints}
            placeholder={service.filterEndpoints}
            value={q}
            width={220}
            onChange={(value) => change({ q: value || undefined })}
          />
          <ExportMenu label={`${title}: ${name}`} columns={columns} rows={shown} />
        </span>
      }
    >
      <QueryView query={query}>
        {() =>
          shown.length === 0 ? (
            <p className={css.empty}>{all.length === 0 ? service.noEndpoints : text.services.noMatch}</p>
          ) : (
            <DataTable
              label={title}
              query="endpoints"
              columns={columns}
              rows={shown}
              rowKey={keyOf}
              sort={sort}
              onSort={(next) => change({ sort: next })}
              maxHeight={maxHeight ?? window.innerHeight - 190}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
