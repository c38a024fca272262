import type { ServiceDetail } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { byteColumns, latencyColumns, volumeColumns } from '../../widgets/measure-columns.tsx';
import { Panel } from '../../widgets/page.tsx';

type Instance = ServiceDetail['instances'][number];

function columnsOf(text: Text, name: string): Column<Instance>[] {
  const { service } = text;
  const words = (id: 'instance' | 'host' | 'container', width: number, grow = false): Column<Instance> => ({
    id,
    header: service[id],
    width,
    grow,
    value: (row) => row[id],
    cell: (row) => <span title={row[id]}>{row[id] || '—'}</span>,
  });
  return [
    {
      ...words('instance', 200, true),
      cell: (row) => (
        <Link to="/services/$name/instance" params={{ name }} search={{ instance: row.instance }} title={row.instance}>
          {row.instance || '—'}
        </Link>
      ),
    },
    words('host', 120),
    words('container', 120),
    ...volumeColumns<Instance>(text),
    ...latencyColumns<Instance>(text),
    ...byteColumns<Instance>(text),
  ];
}

interface InstancesProps {
  readonly name: string;
  readonly instances: readonly Instance[];
}

export function Instances({ name, instances }: InstancesProps) {
  const text = useText();
  const [sort, setSort] = useState('-requests');
  // A service no agent sees from inside has numbers, but no instance they could be told apart by.
  const named = instances.filter(({ instance, host, container }) => instance || host || container);
  const columns = useMemo(() => columnsOf(text, name), [text, name]);
  if (named.length === 0) return null;
  return (
    <Panel
      title={text.service.instances}
      flush
      aside={<ExportMenu label={`${text.service.instances}: ${name}`} columns={columns} rows={named} />}
    >
      <DataTable
        label={text.service.instances}
        columns={columns}
        rows={named}
        rowKey={(row) => `${row.host}\0${row.instance}\0${row.container}`}
        sort={sort}
        onSort={setSort}
        maxHeight={360}
      />
    </Panel>
  );
}
