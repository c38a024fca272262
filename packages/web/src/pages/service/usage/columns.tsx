import type { UsageGroup } from '@sonde/api';
import type { Text } from '../../../data/text.ts';
import type { Column } from '../../../widgets/data-table.tsx';
import { latencyColumns } from '../../../widgets/measure-columns.tsx';
import { Callers, Codes, Operations, Share } from './cells.tsx';
import type { UsageText } from './text.ts';

/** Fewer than elsewhere: what is asked, and by whom, must fit beside them. */
const LATENCIES: readonly string[] = ['avg', 'p50', 'p95', 'p99'];

export const timeColumns = (text: Text): Column<UsageGroup>[] =>
  latencyColumns<UsageGroup>(text).filter(({ id }) => LATENCIES.includes(id));

export const shareColumn = ({ measures }: Text): Column<UsageGroup> => ({
  id: 'share',
  header: measures.timeShare,
  help: measures.timeShareHelp,
  numeric: true,
  width: 100,
  formula: 'timeShare',
  value: (row) => row.timeShare,
  cell: (row) => <Share of={row} />,
});

export const callersColumn = (words: UsageText): Column<UsageGroup> => ({
  id: 'callers',
  header: words.callers,
  width: 170,
  value: (row) => row.callers.map(({ name }) => name).join(', ') || null,
  cell: (row) => <Callers of={row.callers} total={row.callerCount} />,
});

export const operationsColumn = (header: string, width = 250): Column<UsageGroup> => ({
  id: 'operations',
  header,
  width,
  value: (row) => row.operations.map(({ operation }) => operation).join(', ') || null,
  cell: (row) => <Operations of={row} />,
});

export const codesColumn = (words: UsageText): Column<UsageGroup> => ({
  id: 'codes',
  header: words.codes,
  width: 220,
  value: (row) => row.errors,
  cell: (row) => <Codes of={row} />,
});
