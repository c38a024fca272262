import type { RouteOutput } from '@sonde/api';
import { useState } from 'react';
import { exact } from '../../base/format.ts';
import { useImports } from '../../data/queries.ts';
import { useLanguage } from '../../data/settings.ts';
import { en } from '../../locales/en-imports.ts';
import { zh } from '../../locales/zh-imports.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { Facts } from '../../widgets/facts.tsx';
import { Panel } from '../../widgets/page.tsx';
import css from './agents-page.module.css';

const DICTIONARIES = { en, zh };

type Counts = RouteOutput<'imports'>['imports'];

interface Problem {
  readonly what: 'message' | 'part';
  readonly reason: string;
  readonly count: number;
}

const problemsOf = ({ refused, unread }: Counts): Problem[] => [
  ...refused.map((each) => ({ what: 'message' as const, ...each })),
  ...unread.map((each) => ({ what: 'part' as const, ...each })),
];

const sumOf = (counts: Counts['refused']) => counts.reduce((sum, { count }) => sum + count, 0);

/** What became of the messages of Datadog agents; nothing where none came. */
export function Imports() {
  const words = DICTIONARIES[useLanguage()];
  const counts = useImports().data?.imports;
  const [sort, setSort] = useState('-count');
  if (counts === undefined) return null;
  const { stored, repeated, ignored, refused, unread } = counts;
  if (stored + repeated + ignored + refused.length === 0) return null;
  const problems = problemsOf(counts);
  const columns: Column<Problem>[] = [
    {
      id: 'reason',
      header: words.reason,
      width: 260,
      grow: true,
      value: (row) => row.reason,
      cell: (row) => <span title={row.reason}>{row.reason}</span>,
    },
    {
      id: 'what',
      header: words.what,
      width: 90,
      value: (row) => row.what,
      cell: (row) => (row.what === 'message' ? words.ofMessage : words.ofPart),
    },
    {
      id: 'count',
      header: words.count,
      width: 90,
      numeric: true,
      value: (row) => row.count,
      cell: (row) => exact(row.count),
    },
  ];
  return (
    <Panel
      title={words.title}
      aside={
        <span className={css.since}>
          {words.since}
          {problems.length > 0 && <ExportMenu label={words.problems} columns={columns} rows={problems} />}
        </span>
      }
    >
      <Facts
        facts={[
          [words.stored, exact(stored)],
          [words.repeated, exact(repeated)],
          [words.ignored, exact(ignored)],
          [words.refused, exact(sumOf(refused))],
          [words.unread, exact(sumOf(unread))],
        ]}
      />
      {problems.length > 0 && (
        <DataTable
          label={words.problems}
          columns={columns}
          rows={problems}
          rowKey={(row) => `${row.what} ${row.reason}`}
          sort={sort}
          onSort={setSort}
          maxHeight={240}
        />
      )}
    </Panel>
  );
}
