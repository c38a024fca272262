import type { Instance } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import type { AlertGroups } from '../../base/alert-groups.ts';
import { age, exact, percent } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import type { Text } from '../../data/text.ts';
import type { Column } from '../data-table.tsx';
import { byteColumns, latencyColumns, volumeColumns } from '../measure-columns.tsx';
import { SideTag } from '../tags.tsx';
import { alertColumn } from './alert-count.tsx';
import { ageOf, InstanceStatus, instanceName, readyText, whyUnknown } from './instance-state.tsx';
import css from './monitoring.module.css';
import { linksColumn } from './part-links.tsx';

interface Options {
  /** End of the range, epoch ms. */
  readonly to: number;
  /** Of the page of a host: the services, since the host is the same in every row. */
  readonly onHost?: boolean;
  readonly alerts: AlertGroups;
}

function nameColumn({ service }: Text): Column<Instance> {
  return {
    id: 'instance',
    header: service.instance,
    width: 180,
    grow: true,
    value: instanceName,
    cell: (row) => (
      <span className={css.named}>
        {row.instance === '' ? (
          <span title={instanceName(row)}>{instanceName(row)}</span>
        ) : (
          <Link
            to="/services/$name/instance"
            params={{ name: row.service }}
            search={{ instance: row.instance }}
            title={[instanceName(row), row.commandLine].filter(Boolean).join('\n')}
          >
            {instanceName(row)}
          </Link>
        )}
        <SideTag of={row} />
      </span>
    ),
  };
}

function serviceColumn({ measures }: Text): Column<Instance> {
  return {
    id: 'service',
    header: measures.name,
    width: 150,
    value: (row) => row.service,
    cell: (row) => (
      <Link to="/services/$name" params={{ name: row.service }} title={row.service}>
        {row.service}
      </Link>
    ),
  };
}

function hostColumn({ service }: Text): Column<Instance> {
  return {
    id: 'host',
    header: service.host,
    width: 100,
    value: (row) => row.host,
    cell: (row) =>
      row.host === '' ? (
        '—'
      ) : (
        <Link to="/hosts/$host" params={{ host: row.host }} title={row.host}>
          {row.host}
        </Link>
      ),
  };
}

/** Columns of instances: their state, and what they served. */
export function instanceColumns(text: Text, { to, onHost = false, alerts }: Options): Column<Instance>[] {
  const { instances: words, service, overview } = text;
  const unknown = (row: Instance) => <span title={whyUnknown(row, text)}>—</span>;
  const share = (id: 'requestShare' | 'errorShare', header: string, width: number): Column<Instance> => ({
    id,
    header,
    numeric: true,
    width,
    formula: id,
    value: (row) => row[id],
    cell: (row) => percent(row[id]),
  });
  return [
    nameColumn(text),
    onHost ? serviceColumn(text) : hostColumn(text),
    {
      id: 'status',
      header: words.status,
      width: 146,
      value: (row) => row.status,
      cell: (row) => <InstanceStatus of={row} />,
    },
    {
      id: 'ready',
      header: words.ready,
      help: words.readyHelp,
      numeric: true,
      formula: 'ready',
      query: 'pods',
      width: 58,
      value: (row) => row.ready,
      cell: (row) => (row.ready === null ? unknown(row) : readyText(row)),
    },
    {
      id: 'restarts',
      header: words.restarts,
      help: words.restartsHelp,
      numeric: true,
      formula: 'restarts',
      query: 'starts of instances',
      width: 72,
      value: (row) => row.restarts,
      cell: (row) => (row.restarts === null ? unknown(row) : exact(row.restarts)),
    },
    {
      id: 'age',
      header: words.age,
      numeric: true,
      formula: 'age',
      query: 'what instances said of themselves',
      width: 64,
      value: (row) => ageOf(row, to),
      cell: (row) =>
        row.started === null ? unknown(row) : <span title={dateTime(row.started)}>{age(ageOf(row, to))}</span>,
    },
    alertColumn<Instance>(text, alerts, (row) => ({ service: row.service, by: 'instance', part: row.instance })),
    { ...share('requestShare', overview.share, 66), help: overview.requestShare },
    ...volumeColumns<Instance>(text),
    ...latencyColumns<Instance>(text),
    share('errorShare', overview.errorShareOf, 110),
    ...byteColumns<Instance>(text),
    {
      id: 'container',
      header: service.container,
      width: 120,
      value: (row) => row.containerName || row.container,
      cell: (row) => <span title={row.container}>{row.containerName || row.container.slice(0, 12) || '—'}</span>,
    },
    linksColumn<Instance>(text, ({ service, side, instance }) => ({ service, side, part: { instance } })),
  ];
}
