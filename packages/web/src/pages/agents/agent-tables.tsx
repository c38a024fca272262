import type { Agent } from '@sonde/api';
import { useMemo } from 'react';
import { count, duration, exact } from '../../base/format.ts';
import { useChoice } from '../../data/choice.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../../widgets/data-table.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import css from './agents-page.module.css';

const QUERY = "agents' own numbers";

type Program = Agent['programs'][number];
type Drop = Agent['drops'][number];

function programColumns({ agents: words }: Text): Column<Program>[] {
  const number = (id: string, formula: string, header: string, value: (row: Program) => number | null) => ({
    id,
    formula,
    header,
    numeric: true,
    width: 92,
    value,
  });
  const perRun = ({ runs, timeNs }: Program) => (runs > 0 ? timeNs / runs : null);
  return [
    {
      id: 'program',
      header: words.program,
      width: 180,
      grow: true,
      value: (row) => row.program,
      cell: (row) => <span className="mono">{row.program}</span>,
    },
    {
      ...number('runs', 'programRuns', words.runs, (row) => row.runs),
      cell: ({ runs }) => <span title={exact(runs)}>{count(runs)}</span>,
    },
    { ...number('perRun', 'perRun', words.perRun, perRun), cell: (row) => duration(perRun(row)) },
    { ...number('time', 'programTime', words.time, (row) => row.timeNs), cell: (row) => duration(row.timeNs) },
  ];
}

function dropColumns({ agents: words }: Text): Column<Drop>[] {
  return [
    {
      id: 'cause',
      header: words.cause,
      width: 180,
      grow: true,
      value: (row) => row.cause,
      cell: ({ cause }) => (
        <span title={words.causes[cause]}>
          <span className="mono">{cause}</span> <small>{words.causes[cause]}</small>
        </span>
      ),
    },
    {
      id: 'lost',
      header: words.lost,
      numeric: true,
      formula: 'lost',
      width: 92,
      value: (row) => row.count,
      cell: (row) => <span title={exact(row.count)}>{count(row.count)}</span>,
    },
  ];
}

/** What each kernel program cost. */
export function Programs({ agent: { host, programs } }: { readonly agent: Agent }) {
  const text = useText();
  const { agents: words } = text;
  const columns = useMemo(() => programColumns(text), [text]);
  const [sort, setSort] = useChoice('programs', '-time');
  return (
    <section className={css.table} aria-label={words.programs}>
      <header>
        <h3>{words.programs}</h3>
        <ExportMenu label={`${words.programs}: ${host}`} columns={columns} rows={programs} />
      </header>
      {programs.length === 0 ? (
        <p>{words.noPrograms}</p>
      ) : (
        <DataTable
          label={words.programs}
          query={QUERY}
          columns={columns}
          rows={programs}
          rowKey={(row) => row.program}
          sort={sort}
          onSort={setSort}
          maxHeight={360}
        />
      )}
    </section>
  );
}

/** What was lost, by cause. */
export function Drops({ agent: { host, drops } }: { readonly agent: Agent }) {
  const text = useText();
  const { agents: words } = text;
  const columns = useMemo(() => dropColumns(text), [text]);
  const [sort, setSort] = useChoice('drops', '-lost');
  const lost = drops.filter(({ count: n }) => n > 0);
  return (
    <section className={css.table} aria-label={words.drops}>
      <header>
        <h3>{words.drops}</h3>
        <ExportMenu label={`${words.drops}: ${host}`} columns={columns} rows={lost} />
      </header>
      {lost.length === 0 ? (
        <p>{words.noDrops}</p>
      ) : (
        <DataTable
          label={words.drops}
          query={QUERY}
          columns={columns}
          rows={lost}
          rowKey={(row) => row.cause}
          sort={sort}
          onSort={setSort}
          maxHeight={360}
        />
      )}
    </section>
  );
}
