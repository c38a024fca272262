import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { duration } from '../../base/format.ts';
import { isCall } from '../../base/hops.ts';
import { type DiffRow, type DiffSide, selfChange } from '../../base/trace-diff.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import css from './diff-tree.module.css';
import { TRACE_QUERY } from './route.ts';
import { SourceBadge } from './source-badge.tsx';

interface DiffTreeProps {
  readonly rows: readonly DiffRow[];
  /** What a bar over its whole half stands for, nanoseconds. */
  readonly total: number;
  readonly onSelect: (id: string) => void;
}

const ROW_HEIGHT = 26;
const MAX_INDENT = 24;

/** With its sign, also where it is positive. */
export const signed = (ns: number): string => (ns === 0 ? '0' : `${ns > 0 ? '+' : '−'}${duration(Math.abs(ns))}`);

/** A row a place in the structure of both traces, with the time of both and how the place's own time changed. */
export function DiffTree({ rows, total, onSelect }: DiffTreeProps) {
  const { trace } = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = [
    [trace.thisTrace, 'operationTotal'],
    [trace.otherTrace, 'operationTotal'],
    [trace.difference, 'timeApart'],
    [trace.ofItself, 'selfTimeApart'],
  ] as const;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    initialRect: { width: 1200, height: 700 },
  });
  return (
    <div className={css.scroller} ref={scroller}>
      <table className={css.table} aria-rowcount={rows.length + 1} aria-label={trace.views.compare}>
        <thead>
          <tr>
            <th scope="col">{trace.operation}</th>
            {columns.map(([header, formula]) => (
              <th scope="col" key={header}>
                {header} <ExplainLink number={formula} query={TRACE_QUERY} of={header} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <Row key={index} index={index} row={rows[index]} top={start} total={total} onSelect={onSelect} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<DiffTreeProps, 'total' | 'onSelect'> {
  readonly row: DiffRow;
  readonly index: number;
  readonly top: number;
}

const Row = memo(function Row({ row, index, top, total, onSelect }: RowProps) {
  const { trace } = useText();
  const { here, there } = row;
  const change = selfChange(row);
  const share = Math.min(1, Math.abs(change) / Math.max(1, total)) * 50;
  const only = here === null ? 'there' : there === null ? 'here' : undefined;
  const name = (
    <>
      <b>{row.service}</b> {row.name}
    </>
  );
  return (
    <tr
      aria-rowindex={index + 2}
      data-only={only}
      data-call={isCall(row)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <th scope="row" style={{ paddingLeft: 10 + Math.min(row.depth, MAX_INDENT) * 12 }}>
        <SourceBadge source={row.source} />
        {here === null ? (
          <span title={`${row.service} ${row.name}`}>{name}</span>
        ) : (
          <button type="button" title={`${row.service} ${row.name}`} onClick={() => onSelect(here.first)}>
            {name}
          </button>
        )}
        {only && <em>{trace.only[only]}</em>}
      </th>
      <Side side={here} />
      <Side side={there} />
      <td>{here && there ? signed(here.time - there.time) : '—'}</td>
      <td>
        <span className={css.bar}>
          <i style={{ [change > 0 ? 'left' : 'right']: '50%', width: `${share}%` }} data-sign={Math.sign(change)} />
        </span>
        {signed(change)}
      </td>
    </tr>
  );
});

function Side({ side }: { readonly side: DiffSide | null }) {
  const { trace } = useText();
  if (side === null) return <td>—</td>;
  return (
    <td>
      {side.count > 1 && <small>{side.count} × </small>}
      {duration(side.time)}
      {side.errors > 0 && <b title={trace.nodeErrors(side.errors)}> !</b>}
    </td>
  );
}
