import type { Alert, Network, NetworkNumbers } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type AlertScope, groupAlerts } from '../../base/alert-groups.ts';
import { count, duration, exact, percent } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useChoice } from '../../data/choice.ts';
import { type NetworkText, useNetworkText } from '../../data/network-text.ts';
import { useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { alertColumn } from '../../widgets/monitoring/alert-count.tsx';
import { Panel } from '../../widgets/page.tsx';
import { Leveled } from '../../widgets/tags.tsx';

type Peer = Network['peers'][number];
type Instance = Network['instances'][number];

const FAILURES = ['refused', 'unanswered', 'reset', 'lost'] as const;

function numberColumns<Row extends NetworkNumbers>(words: NetworkText): Column<Row>[] {
  const number = (id: string, header: string, width: number, value: (row: Row) => number | null) => ({
    id,
    header,
    width,
    numeric: true,
    value,
  });
  return [
    {
      ...number('retransmitRate', words.retransmitRate, 92, (row) => row.retransmitRate),
      help: words.retransmitRateHelp,
      formula: 'retransmitRate',
      cell: ({ retransmitRate, retransmits }) => (
        <Leveled level={errorLevel(retransmitRate)} title={exact(retransmits)}>
          {percent(retransmitRate)}
        </Leveled>
      ),
    },
    {
      ...number('segments', words.segments, 80, (row) => row.segments),
      help: words.segmentsHelp,
      formula: 'segments',
      cell: ({ segments }) => <span title={exact(segments)}>{count(segments)}</span>,
    },
    ...(['avg', 'p95'] as const).map((key) => ({
      ...number(
        key,
        key === 'avg' ? words.rtt : key.toUpperCase(),
        key === 'avg' ? 112 : 74,
        (row: Row) => row.rtt[key],
      ),
      help: words.rttHelp,
      formula: key === 'avg' ? 'rttAverage' : 'rttPercentile',
      cell: ({ rtt }: Row) => duration(rtt[key]),
    })),
    {
      ...number('opened', words.opened, 70, (row) => row.opened),
      formula: 'connections',
      cell: (row) => count(row.opened),
    },
    ...FAILURES.map((key) => ({
      ...number(key, words[key], key === 'unanswered' ? 94 : 68, (row: Row) => row[key]),
      help: words[`${key}Help`],
      formula: 'connections',
      cell: (row: Row) => <Leveled level={row[key] > 0 ? 'warn' : 'none'}>{count(row[key])}</Leveled>,
    })),
  ];
}

interface TableProps<Row> {
  readonly title: string;
  readonly name: string;
  readonly choice: string;
  readonly query: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly head: Column<Row>[];
  readonly alerts: readonly Alert[];
  readonly scopeOf: (row: Row) => AlertScope;
}

function NetworkTable<Row extends NetworkNumbers>(props: TableProps<Row>) {
  const { title, name, choice, query, rows, rowKey, head, alerts, scopeOf } = props;
  const text = useText();
  const words = useNetworkText();
  const [sort, setSort] = useChoice(choice, '-retransmitRate');
  const groups = useMemo(() => groupAlerts(alerts), [alerts]);
  const columns = [...head, ...numberColumns<Row>(words), alertColumn(text, groups, scopeOf)];
  return (
    <Panel title={title} flush aside={<ExportMenu label={`${title}: ${name}`} columns={columns} rows={rows} />}>
      <DataTable
        label={title}
        query={query}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        sort={sort}
        onSort={setSort}
        maxHeight={480}
      />
    </Panel>
  );
}

interface PeersProps {
  readonly name: string;
  readonly peers: readonly Peer[];
  readonly alerts: readonly Alert[];
}

export function PeerNetwork({ name, peers, alerts }: PeersProps) {
  const words = useNetworkText();
  const head: Column<Peer>[] = [
    {
      id: 'peer',
      header: words.peer,
      width: 160,
      grow: true,
      value: (row) => row.peer,
      cell: (row) => (
        <Link to="/services/$name" params={{ name: row.peer }} title={row.peer}>
          {row.peer}
        </Link>
      ),
    },
    {
      id: 'side',
      header: words.side,
      width: 92,
      value: (row) => row.side,
      cell: (row) => words.sides[row.side],
    },
  ];
  return (
    <NetworkTable
      title={words.peers}
      name={name}
      choice="peers"
      query="network by peer"
      rows={peers}
      rowKey={(row) => `${row.side} ${row.peer}`}
      head={head}
      alerts={alerts}
      scopeOf={({ peer }) => ({ service: name, by: 'peer', part: peer })}
    />
  );
}

interface InstancesProps {
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly alerts: readonly Alert[];
}

export function InstanceNetwork({ name, instances, alerts }: InstancesProps) {
  const { service } = useText();
  const head: Column<Instance>[] = [
    {
      id: 'instance',
      header: service.instance,
      width: 160,
      grow: true,
      value: (row) => row.instance,
      cell: (row) => (
        <Link to="/services/$name/instance" params={{ name }} search={{ instance: row.instance }} title={row.instance}>
          {row.instance || '—'}
        </Link>
      ),
    },
    {
      id: 'host',
      header: service.host,
      width: 92,
      value: (row) => row.host,
      cell: (row) => <span title={row.host}>{row.host || '—'}</span>,
    },
  ];
  return (
    <NetworkTable
      title={service.instances}
      name={name}
      choice="instances"
      query="network by instance"
      rows={instances}
      rowKey={(row) => `${row.host} ${row.instance}`}
      head={head}
      alerts={alerts}
      scopeOf={({ instance }) => ({ service: name, by: 'instance', part: instance })}
    />
  );
}
