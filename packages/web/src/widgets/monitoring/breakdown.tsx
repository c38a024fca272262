import { SegmentedControl } from '@mantine/core';
import type { BreakdownBy, BreakdownPart } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { count, duration, exact, percent, perSecond } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useChoice } from '../../data/choice.ts';
import { type PartFilter, useBreakdown } from '../../data/monitoring.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import form from '../form.module.css';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import { Leveled, SideTag } from '../tags.tsx';
import css from './monitoring.module.css';

const CALLERS = ['caller', 'caller-instance', 'caller-host'] as const;
const SERVERS = ['instance', 'host', 'container'] as const;

interface KeyLinkProps {
  readonly service: string;
  readonly by: BreakdownBy;
  readonly of: string;
}

/** Leads to what the requests are split by, where it has a page. */
function KeyLink({ service, by, of }: KeyLinkProps) {
  if (of === '') return '—';
  if (by === 'caller') {
    return (
      <Link to="/services/$name" params={{ name: of }} title={of}>
        {of}
      </Link>
    );
  }
  if (by === 'instance') {
    return (
      <Link to="/services/$name/instance" params={{ name: service }} search={{ instance: of }} title={of}>
        {of}
      </Link>
    );
  }
  // Seen by callers, a host is the address they called.
  if (by === 'host' && !/:\d+$/.test(of)) {
    return (
      <Link to="/hosts/$host" params={{ host: of }} title={of}>
        {of}
      </Link>
    );
  }
  return <span title={of}>{of}</span>;
}

function columnsOf(text: Text, keyHeader: string, service: string, by: BreakdownBy): Column<BreakdownPart>[] {
  const { measures, overview } = text;
  const number = (
    id: string,
    formula: string,
    header: string,
    value: (row: BreakdownPart) => number | null,
    show: (n: number | null) => string,
  ) => ({
    id,
    formula,
    header,
    numeric: true,
    width: header.length > 10 ? 124 : 92,
    value,
    cell: (row: BreakdownPart) => show(value(row)),
  });
  return [
    {
      id: 'key',
      header: keyHeader,
      width: 220,
      grow: true,
      value: (row) => row.key,
      cell: (row) => <KeyLink service={service} by={by} of={row.key} />,
    },
    {
      ...number('requests', 'requests', measures.requests, (row) => row.requests, count),
      cell: (row) => <span title={exact(row.requests)}>{count(row.requests)}</span>,
    },
    number('share', 'requestShare', overview.requestShare, (row) => row.requestShare, percent),
    number('rate', 'rate', measures.rateUnit, (row) => row.rate, perSecond),
    {
      ...number('errors', 'errorRate', measures.errorRate, (row) => row.errorRate, percent),
      cell: (row) => <Leveled level={errorLevel(row.errorRate)}>{percent(row.errorRate)}</Leveled>,
    },
    number('errorShare', 'errorShare', overview.errorShareOf, (row) => row.errorShare, percent),
    number('avg', 'avg', measures.avg, (row) => row.latency.avg, duration),
    number('p95', 'percentile', measures.p95, (row) => row.latency.p95, duration),
    number('p99', 'percentile', measures.p99, (row) => row.latency.p99, duration),
  ];
}

interface BreakdownProps {
  readonly name: string;
  readonly filter: PartFilter;
}

/** Who calls, by service, instance or host. */
export function Callers(props: BreakdownProps) {
  const { overview } = useText();
  return <Breakdown {...props} title={overview.callers} keyHeader={overview.caller} options={CALLERS} />;
}

/** Who answers, by instance, host or container. */
export function Servers(props: BreakdownProps) {
  const { overview } = useText();
  return <Breakdown {...props} title={overview.servers} keyHeader={overview.server} options={SERVERS} />;
}

interface TableProps extends BreakdownProps {
  readonly title: string;
  readonly keyHeader: string;
  /** What it may be split by, the first by itself. */
  readonly options: readonly BreakdownBy[];
}

function Breakdown({ name, filter, title, keyHeader, options }: TableProps) {
  const text = useText();
  const [standard] = options;
  const [chosen, setBy] = useChoice(`by-${standard}`, standard);
  const by = options.find((each) => each === chosen) ?? standard;
  const [sort, setSort] = useChoice(standard, '-requests');
  const query = useBreakdown(name, filter, by);
  const columns = useMemo(() => columnsOf(text, keyHeader, name, by), [text, keyHeader, name, by]);
  const parts = query.data?.parts ?? [];
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  return (
    <Panel
      title={title}
      flush
      aside={
        <span className={form.line}>
          {query.data && by !== 'caller' && <SideTag of={{ side: query.data.side, requests }} />}
          <SegmentedControl
            size="xs"
            value={by}
            onChange={setBy}
            data={options.map((value) => ({ value, label: text.overview.by[value] }))}
          />
          <ExportMenu label={`${title}: ${name}`} columns={columns} rows={parts} />
        </span>
      }
    >
      <QueryView query={query}>
        {() =>
          parts.length === 0 ? (
            <p className={css.empty}>{text.overview.noCallers}</p>
          ) : (
            <DataTable
              label={title}
              query={`requests by ${by}`}
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
