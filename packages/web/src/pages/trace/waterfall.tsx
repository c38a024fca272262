import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type RefObject, useEffect, useRef } from 'react';
import { duration } from '../../base/format.ts';
import { CERTAIN, type TraceRow, type View } from '../../base/trace-rows.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../../widgets/icon.tsx';
import { SourceBadge } from './source-badge.tsx';
import css from './waterfall.module.css';

export interface WaterfallProps {
  readonly rows: readonly TraceRow[];
  /** Of the trace, nanoseconds. */
  readonly total: number;
  readonly view: View;
  readonly colors: ReadonlyMap<string, string>;
  readonly folded: ReadonlySet<string>;
  readonly selected: string | undefined;
  readonly found: ReadonlySet<string>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onFold: (id: string) => void;
  readonly onSelect: (id: string) => void;
}

const ROW_HEIGHT = 26;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** A row a span, of which only those in view are in the document. */
export function Waterfall({
  rows,
  total,
  view,
  colors,
  folded,
  selected,
  found,
  scroller,
  onFold,
  onSelect,
}: WaterfallProps) {
  const { trace } = useText();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index].span.id,
    overscan: 15,
    initialRect: { width: 1200, height: 700 },
  });
  const index = rows.findIndex((row) => row.span.id === selected);
  const shown = useRef(-1);
  useEffect(() => {
    if (index >= 0 && index !== shown.current) virtual.scrollToIndex(index, { align: 'auto' });
    shown.current = index;
  }, [index, virtual]);
  const width = view.to - view.from;
  return (
    <div className={css.scroller} ref={scroller}>
      <div style={{ height: virtual.getTotalSize() + ROW_HEIGHT }}>
        <div className={css.header}>
          <span>{trace.operation}</span>
          <span className={css.ticks}>
            {TICKS.map((tick) => (
              <small key={tick} style={{ left: `${tick * 100}%` }} data-last={tick === 1}>
                {duration((view.from + tick * width) * total)}
              </small>
            ))}
          </span>
        </div>
        <ol className={css.rows} aria-label={trace.waterfall}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index];
            const { id, offset, duration: length } = row.span;
            return (
              <Row
                key={key}
                row={row}
                index={index}
                count={rows.length}
                top={start + ROW_HEIGHT}
                left={(offset / total - view.from) / width}
                width={length / total / width}
                color={colors.get(row.span.service) ?? ''}
                isFolded={folded.has(id)}
                isSelected={id === selected}
                isFound={found.has(id)}
                onFold={onFold}
                onSelect={onSelect}
              />
            );
          })}
        </ol>
      </div>
    </div>
  );
}

interface RowProps extends Pick<WaterfallProps, 'onFold' | 'onSelect'> {
  readonly row: TraceRow;
  readonly index: number;
  readonly count: number;
  readonly top: number;
  /** Shares of the timeline. */
  readonly left: number;
  readonly width: number;
  readonly color: string;
  readonly isFolded: boolean;
  readonly isSelected: boolean;
  readonly isFound: boolean;
}

const MAX_INDENT = 24;

/** Where the timeline has room for the duration beside a bar that ends or begins there. */
const ROOM_RIGHT = 0.85;
const ROOM_LEFT = 0.15;

const placeOf = (left: number, end: number) =>
  end < ROOM_RIGHT ? { left: `${Math.max(0, end) * 100}%` } : { right: `${(1 - Math.min(1, left)) * 100}%` };

const Row = memo(function Row(props: RowProps) {
  const { row, index, count, top, left, width, color, isFolded, isSelected, isFound, onFold, onSelect } = props;
  const { trace } = useText();
  const { span, depth, descendants } = row;
  const isUncertain = span.link !== null && span.link.confidence < CERTAIN;
  const end = left + width;
  const isInside = end >= ROOM_RIGHT && left <= ROOM_LEFT;
  return (
    <li
      className={css.row}
      data-depth={depth}
      aria-posinset={index + 1}
      aria-setsize={count}
      data-selected={isSelected}
      data-found={isFound}
      style={{ transform: `translateY(${top}px)`, '--service': color } as React.CSSProperties}
    >
      <span className={css.name} style={{ paddingLeft: 6 + Math.min(depth, MAX_INDENT) * 12 }}>
        {descendants > 0 ? (
          <button
            type="button"
            className={css.fold}
            tabIndex={-1}
            aria-expanded={!isFolded}
            aria-label={isFolded ? trace.unfold(span.name) : trace.fold(span.name)}
            onClick={() => onFold(span.id)}
          >
            <Icon name={isFolded ? 'right' : 'down'} size={12} />
          </button>
        ) : (
          <i className={css.leaf} />
        )}
        <SourceBadge source={span.source} />
        <button
          type="button"
          className={css.label}
          aria-current={isSelected}
          title={`${span.service} ${span.name}`}
          onClick={() => onSelect(span.id)}
        >
          <b>{span.service}</b> {span.name}
          {isFolded && <small> +{descendants}</small>}
        </button>
        {span.error && <Icon name="errors" size={13} />}
      </span>
      <button type="button" className={css.timeline} tabIndex={-1} aria-hidden="true" onClick={() => onSelect(span.id)}>
        {end >= 0 && left <= 1 && (
          <i
            className={css.bar}
            data-error={span.error}
            data-uncertain={isUncertain}
            title={isUncertain ? trace.uncertain : undefined}
            style={{
              left: `${Math.max(-0.01, left) * 100}%`,
              width: `${(Math.min(1.01, end) - Math.max(-0.01, left)) * 100}%`,
            }}
          />
        )}
        <small data-inside={isInside} style={isInside ? undefined : placeOf(left, end)}>
          {duration(span.duration)}
        </small>
      </button>
    </li>
  );
});
