import type { SlowAnalysis } from '@sonde/api';
import { useMemo } from 'react';
import { count, percent } from '../../base/format.ts';
import { useChoice } from '../../data/choice.ts';
import { type Text, useText } from '../../data/text.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ExportMenu } from '../export-menu.tsx';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';

type Row = SlowAnalysis['contrast'][number];

function columnsOf({ slow }: Text): Column<Row>[] {
  return [
    {
      id: 'attribute',
      header: slow.attribute,
      width: 90,
      value: (row) => row.attribute,
      cell: (row) => slow.attributes[row.attribute] ?? row.attribute,
    },
    {
      id: 'value',
      header: slow.value,
      width: 180,
      grow: true,
      value: (row) => row.value,
      cell: (row) => (
        <span className={css.mono} title={row.value}>
          {row.value}
        </span>
      ),
    },
    {
      id: 'inside',
      header: slow.inside,
      width: 120,
      numeric: true,
      formula: 'insideShare',
      value: (row) => row.insideShare - row.outsideShare,
      cell: (row) => `${percent(row.insideShare)} (${count(row.inside)})`,
    },
    {
      id: 'outside',
      header: slow.outside,
      width: 80,
      numeric: true,
      formula: 'outsideShare',
      value: (row) => row.outsideShare,
      cell: (row) => percent(row.outsideShare),
    },
  ];
}

/** Which values are more frequent in the selected area than in the rest. */
export function Contrast({ rows, selected }: { readonly rows: readonly Row[]; readonly selected: boolean }) {
  const text = useText();
  const { slow: words } = text;
  const [sort, setSort] = useChoice('contrast', '-inside');
  const columns = useMemo(() => columnsOf(text), [text]);
  return (
    <Panel title={words.contrast} flush aside={<ExportMenu label={words.contrast} columns={columns} rows={rows} />}>
      {rows.length === 0 ? (
        <p className={css.empty}>{selected ? words.noContrast : words.select}</p>
      ) : (
        <DataTable
          label={words.contrast}
          query="inside and outside of the area"
          columns={columns}
          rows={rows}
          rowKey={(row) => `${row.attribute} ${row.value}`}
          sort={sort}
          onSort={setSort}
          maxHeight={320}
        />
      )}
    </Panel>
  );
}
