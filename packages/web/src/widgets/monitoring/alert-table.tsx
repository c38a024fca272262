import type { Alert } from '@sonde/api';
import { useChoice } from '../../data/choice.ts';
import { useText } from '../../data/text.ts';
import { DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import { alertColumns } from './alert-columns.tsx';
import css from './alerts.module.css';

interface AlertTableProps {
  readonly title: string;
  readonly alerts: readonly Alert[];
  readonly none: string;
  readonly onSilence?: (alert: Alert) => void;
}

export function AlertTable({ title, alerts, none, onSilence }: AlertTableProps) {
  const text = useText();
  const [sort, setSort] = useChoice('alerts', '-started');
  const columns = alertColumns(text, onSilence);
  return (
    <Panel title={title} flush aside={<ExportMenu label={title} columns={columns} rows={alerts} />}>
      {alerts.length === 0 ? (
        <p className={css.empty}>{none}</p>
      ) : (
        <DataTable
          label={title}
          query="alerts"
          columns={columns}
          rows={alerts}
          rowKey={(row) => row.id}
          sort={sort}
          onSort={setSort}
          maxHeight={420}
        />
      )}
    </Panel>
  );
}
