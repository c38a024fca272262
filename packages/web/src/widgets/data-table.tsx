import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import { parseSort, type SortValue, sorted, sortText } from '../base/compare.ts';
import css from './data-table.module.css';
import { ExplainLink } from './explain-link.tsx';
import { Icon } from './icon.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly help?: string;
  /** What the column sorts by. */
  readonly value: (row: Row) => SortValue;
  readonly cell: (row: Row) => ReactNode;
  /** Pixels; of a column that grows, the least. */
  readonly width: number;
  readonly grow?: boolean;
  /** Numbers align at their end and sort greatest first. */
  readonly numeric?: boolean;
  /** Name of the formula in `FORMULAS` that its numbers are made by. */
  readonly formula?: string;
  /** Name of the query behind them, where it is not that of the table. */
  readonly query?: string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Name of the query behind the rows: columns with a formula lead to it. */
  readonly query?: string;
  readonly rowKey: (row: Row) => string;
  /** `id` or `-id`. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  /** Pixels; without it the table fills its container. */
  readonly maxHeight?: number;
}

const ROW_HEIGHT = 34;

/** Only the rows in view are in the document; the first column stays while the others scroll sideways. */
export function DataTable<Row>({ label, columns, rows, query, rowKey, sort, onSort, maxHeight }: DataTableProps<Row>) {
  const current = parseSort(sort);
  const by = columns.find((column) => column.id === current.id) ?? columns[0];
  const ordered = useMemo(() => sorted(rows, by.value, current.descending), [rows, by, current.descending]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rowKey(ordered[index]),
    overscan: 12,
    initialRect: { width: 1200, height: 700 },
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const rest = columns.reduce((sum, column) => sum + column.width, 0) - columns[0].width;
  const first = `min(${columns[0].width}px, 44vw)`;
  const sortBy = (column: Column<Row>) =>
    onSort(
      sortText({ id: column.id, descending: column.id === by.id ? !current.descending : (column.numeric ?? false) }),
    );

  return (
    <div ref={scroller} className={css.scroller} style={maxHeight === undefined ? { flex: 1 } : { maxHeight }}>
      <table
        className={css.table}
        style={{ minWidth: `calc(${rest}px + ${first})` }}
        aria-label={label}
        aria-rowcount={ordered.length + 1}
      >
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.id}
              style={column.grow ? undefined : { width: column === columns[0] ? first : column.width }}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-numeric={column.numeric}
                aria-sort={column.id === by.id ? (current.descending ? 'descending' : 'ascending') : 'none'}
              >
                <button type="button" onClick={() => sortBy(column)} title={column.help}>
                  <span>{column.header}</span>
                  {column.id === by.id && <Icon name={current.descending ? 'down' : 'up'} size={12} />}
                </button>
                {query !== undefined && column.formula !== undefined && (
                  <ExplainLink number={column.formula} query={column.query ?? query} of={column.header} />
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map(({ index, key }) => (
            <tr key={key} aria-rowindex={index + 2} className={css.row}>
              {columns.map((column) => (
                <td key={column.id} data-numeric={column.numeric} data-column={column.id}>
                  {column.cell(ordered[index])}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}
