import type { ServiceDetail, UsageGroup } from '@sonde/api';
import { useMemo } from 'react';
import { count } from '../../../base/format.ts';
import { useText } from '../../../data/text.ts';
import type { Column } from '../../../widgets/data-table.tsx';
import { volumeColumns } from '../../../widgets/measure-columns.tsx';
import { PartLink } from './cells.tsx';
import { callersColumn, operationsColumn, shareColumn, timeColumns } from './columns.tsx';
import { type UsageText, useUsageText } from './text.ts';
import { UsageTable } from './usage-table.tsx';

const SQL: readonly string[] = ['pgsql', 'mysql', 'tds', 'clickhouse', 'cassandra'];

/** What a database calls the things it keeps. */
function namesOf(words: UsageText, protocols: readonly string[]): { title: string; header: string } {
  if (protocols.includes('mongo')) return { title: words.collections, header: words.collection };
  if (protocols.includes('ldap') || protocols.includes('zookeeper'))
    return { title: words.targets, header: words.target };
  return { title: words.tables, header: words.table };
}

const statementsColumn = (words: UsageText): Column<UsageGroup> => ({
  id: 'statements',
  header: words.statements,
  help: words.statementsHelp,
  numeric: true,
  width: 90,
  formula: 'statements',
  value: (row) => row.statements,
  cell: (row) => count(row.statements),
});

/** Tables or collections of a database: their share of its time, what is done to them, and by whom. */
export default function Tables({ service: { name, protocols } }: { readonly service: ServiceDetail }) {
  const text = useText();
  const words = useUsageText();
  const { title, header } = namesOf(words, protocols);
  const columns = useMemo(
    (): Column<UsageGroup>[] => [
      {
        id: 'name',
        header,
        width: 160,
        grow: true,
        value: (row) => row.target,
        cell: (row) => <PartLink service={name} protocol={row.protocol} target={row.target} none={words.noTable} />,
      },
      shareColumn(text),
      ...volumeColumns<UsageGroup>(text),
      ...timeColumns(text),
      operationsColumn(words.operations),
      ...(protocols.some((protocol) => SQL.includes(protocol)) ? [statementsColumn(words)] : []),
      callersColumn(words),
    ],
    [text, words, header, name, protocols],
  );
  return <UsageTable service={name} kind="database" title={title} by="target" columns={columns} sort="-share" />;
}
