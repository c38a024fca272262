import type { TraceSpan } from '@sonde/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, type RefObject, useEffect, useRef } from 'react';
import type { Section } from '../../base/critical-path.ts';
import { duration, percent } from '../../base/format.ts';
import { isCall } from '../../base/hops.ts';
import { isUncertain, type TraceRow } from '../../base/trace-rows.ts';
import { type View, zoom } from '../../base/trace-view.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../../widgets/icon.tsx';
import { useDrag } from '../../widgets/use-drag.ts';
import { ColumnDivider, useColumnWidth } from './column-divider.tsx';
import { SourceBadge } from './source-badge.tsx';
import { Ticks } from './ticks.tsx';
import { type ChangeView, useWheel } from './use-view.ts';
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
  readonly isFaded: (span: TraceSpan) => boolean;
  /** By span id. */
  readonly critical: ReadonlyMap<string, readonly Section[]>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onView: ChangeView;
  readonly onFold: (id: string) => void;
  readonly onSelect: (id: string) => void;
}

const ROW_HEIGHT = 26;

/** A row a span, of which only those in view are in the document. */
export function Waterfall({
  rows,
  total,
  view,
  colors,
  folded,
  selected,
  found,
  isFaded,
  critical,
  scroller,
  onView,
  onFold,
  onSelect,
}: WaterfallProps) {
  const { trace } = useText();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index].span.id,
    overscan: 6,
    initialRect: { width: 1200, height: 700 },
  });
  const index = rows.findIndex((row) => row.span.id === selected);
  const shown = useRef(-1);
  useEffect(() => {
    if (index >= 0 && index !== shown.current) virtual.scrollToIndex(index, { align: 'auto' });
    shown.current = index;
  }, [index, virtual]);
  const width = view.to - view.from;
  const [share, setShare] = useColumnWidth();
  const columns = `${share}fr ${1 - share}fr`;
  const timeline = useRef<HTMLDivElement>(null);
  useWheel(scroller, onView, timeline);
  const { drag, handlers } = useDrag((a, b) => {
    const pixels = timeline.current?.clientWidth ?? 1;
    const at = (x: number) => view.from + (x / pixels) * width;
    onView(() => zoom({ from: at(Math.min(a, b)), to: at(Math.max(a, b)) }, 1));
  });
  return (
    <div className={css.scroller} ref={scroller}>
      <div style={{ height: virtual.getTotalSize() + ROW_HEIGHT }}>
        <div className={css.header} style={{ gridTemplateColumns: columns }}>
          <span>{trace.operation}</span>
          <ColumnDivider share={share} onShare={setShare} />
          <div className={css.ticks} ref={timeline} title={trace.dragZoom} {...handlers}>
            <Ticks view={view} total={total} />
            {drag && <b style={{ left: Math.min(drag.start, drag.end), width: Math.abs(drag.end - drag.start) }} />}
          </div>
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
                columns={columns}
                left={(offset / total - view.from) / width}
                width={length / total / width}
                color={colors.get(row.span.service) ?? ''}
                isFolded={folded.has(id)}
                isSelected={id === selected}
                isFound={found.has(id)}
                isFaded={id !== selected && isFaded(row.span)}
                sections={critical.get(id)}
                total={total}
                from={view.from}
                scale={1 / width}
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

interface RowProps extends Pick<WaterfallProps, 'total' | 'onFold' | 'onSelect'> {
  readonly row: TraceRow;
  readonly index: number;
  readonly count: number;
  readonly top: number;
  /** Of the grid. */
  readonly columns: string;
  /** Shares of the timeline. */
  readonly left: number;
  readonly width: number;
  readonly color: string;
  readonly isFolded: boolean;
  readonly isSelected: boolean;
  readonly isFound: boolean;
  readonly isFaded: boolean;
  readonly sections: readonly Section[] | undefined;
  /** Where the timeline begins, and how much longer than it the trace is. */
  readonly from: number;
  readonly scale: number;
}

const MAX_INDENT = 24;

const confidenceOf = ({ link, candidates }: TraceSpan) =>
  link?.confidence ?? Math.max(...candidates.map(({ confidence }) => confidence));

/** Where the timeline has room for the duration beside a bar that ends or begins there. */
const ROOM_RIGHT = 0.85;
const ROOM_LEFT = 0.15;

const placeOf = (left: number, end: number) =>
  end < ROOM_RIGHT ? { left: `${Math.max(0, end) * 100}%` } : { right: `${(1 - Math.min(1, left)) * 100}%` };

const Row = memo(function Row(props: RowProps) {
  const { row, index, count, top, left, width, color, isFolded, isSelected, isFound, onFold, onSelect } = props;
  const { trace } = useText();
  const { span, depth, descendants } = row;
  const isGuess = isUncertain(span);
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
      data-faded={props.isFaded}
      style={
        {
          gridTemplateColumns: props.columns,
          transform: `translateY(${top}px)`,
          '--service': `var(${color})`,
        } as CSSProperties
      }
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
          data-call={isCall(span)}
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
            data-uncertain={isGuess}
            title={isGuess ? trace.uncertain(percent(confidenceOf(span))) : undefined}
            style={{
              left: `min(${Math.max(-0.01, left) * 100}%, 100% - 2px)`,
              width: `${(Math.min(1.01, end) - Math.max(-0.01, left)) * 100}%`,
            }}
          />
        )}
        <Critical {...props} />
        <small data-inside={isInside} style={isInside ? undefined : placeOf(left, end)}>
          {duration(span.duration)}
        </small>
      </button>
    </li>
  );
});

/** Sections closer to each other than this share of the timeline are drawn as one. */
const GRAIN = 0.001;

/** When the trace waited for this span and for none below it. */
function Critical({ sections = [], total, from, scale }: Pick<RowProps, 'sections' | 'total' | 'from' | 'scale'>) {
  const lines: { left: number; right: number }[] = [];
  for (const section of sections) {
    const [left, right] = [section.from, section.to].map((time) =>
      Math.max(0, Math.min(1, (time / total - from) * scale)),
    );
    const last = lines.at(-1);
    if (right <= left) continue;
    if (last !== undefined && left - last.right < GRAIN) last.right = right;
    else lines.push({ left, right });
  }
  return lines.map(({ left, right }) => (
    <b key={left} className={css.critical} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }} />
  ));
}
