import type { Instance, Meta } from '@sonde/api';
import { useMemo } from 'react';
import { useAlertGroups } from '../../data/alerts.ts';
import { useChoice } from '../../data/choice.ts';
import { useText } from '../../data/text.ts';
import { DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import { instanceColumns } from './instance-columns.tsx';

interface InstanceTableProps {
  readonly title: string;
  /** Names the file of an export. */
  readonly label: string;
  readonly rows: readonly Instance[];
  readonly meta: Meta;
  /** Name of the query behind the numbers. */
  readonly query: string;
  readonly onHost?: boolean;
}

export function InstanceTable({ title, label, rows, meta, query, onHost = false }: InstanceTableProps) {
  const text = useText();
  const [sort, setSort] = useChoice('instances', '-requests');
  const services = new Set(rows.map(({ service }) => service));
  const alerts = useAlertGroups(services.size === 1 ? rows[0].service : undefined);
  const columns = useMemo(
    () => instanceColumns(text, { to: meta.to, onHost, alerts }),
    [text, meta.to, onHost, alerts],
  );
  return (
    <Panel title={title} flush aside={<ExportMenu label={label} columns={columns} rows={rows} />}>
      <DataTable
        label={title}
        query={query}
        columns={columns}
        rows={rows}
        rowKey={(row) => [row.service, row.host, row.instance, row.container, row.pod?.uid].join('\0')}
        sort={sort}
        onSort={setSort}
        maxHeight={640}
      />
    </Panel>
  );
}
