import type { ServiceDetail, UsageGroup } from '@sonde/api';
import { useMemo } from 'react';
import { useText } from '../../../data/text.ts';
import type { Column } from '../../../widgets/data-table.tsx';
import { byteColumns, volumeColumns } from '../../../widgets/measure-columns.tsx';
import { PartLink } from './cells.tsx';
import { callersColumn, codesColumn, shareColumn, timeColumns } from './columns.tsx';
import { useUsageText } from './text.ts';
import css from './usage.module.css';
import { UsageTable } from './usage-table.tsx';

/** Methods of an RPC server with their status codes by name. */
export default function Methods({ service: { name } }: { readonly service: ServiceDetail }) {
  const text = useText();
  const words = useUsageText();
  const columns = useMemo(
    (): Column<UsageGroup>[] => [
      {
        id: 'name',
        header: words.method,
        width: 240,
        grow: true,
        value: (row) => `${row.target} ${row.operation}`,
        cell: (row) => (
          <span className={css.method}>
            <PartLink
              service={name}
              protocol={row.protocol}
              operation={row.operation}
              target={row.target}
              label={row.operation}
              none="—"
            />
            <small title={row.target}>{row.target}</small>
          </span>
        ),
      },
      shareColumn(text),
      ...volumeColumns<UsageGroup>(text),
      ...timeColumns(text),
      codesColumn(words),
      callersColumn(words),
      ...byteColumns<UsageGroup>(text),
    ],
    [text, words, name],
  );
  return (
    <UsageTable
      service={name}
      kind="rpc"
      title={words.methods}
      by="target-operation"
      columns={columns}
      sort="-share"
      filtered
    />
  );
}
