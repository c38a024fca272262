import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useText } from '../../data/text.ts';
import css from './column-divider.module.css';

/** Shares of the width the names may have. */
const LEAST = 0.15;
const MOST = 0.75;
const STEP = 0.02;

/** Stays while the page is open, also from trace to trace. */
let chosen = 0.36;

/** How much of the width the names have; the rest is the timeline's. */
export function useColumnWidth() {
  const [share, setShare] = useState(chosen);
  return [
    share,
    (wanted: number) => {
      chosen = Math.max(LEAST, Math.min(MOST, wanted));
      setShare(chosen);
    },
  ] as const;
}

interface ColumnDividerProps {
  readonly share: number;
  readonly onShare: (share: number) => void;
}

/** Between names and timeline: dragged, or moved with the arrow keys. */
export function ColumnDivider({ share, onShare }: ColumnDividerProps) {
  const { trace } = useText();
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => event.currentTarget.setPointerCapture(event.pointerId),
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
      const { left, width } = event.currentTarget.parentElement!.getBoundingClientRect();
      onShare((event.clientX - left) / width);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'ArrowLeft') onShare(share - STEP);
      else if (event.key === 'ArrowRight') onShare(share + STEP);
      else return;
      event.preventDefault();
    },
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved, a separator with a value can
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={trace.divider}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={LEAST * 100}
      aria-valuemax={MOST * 100}
      tabIndex={0}
      className={css.divider}
      style={{ left: `${share * 100}%` }}
      {...handlers}
    />
  );
}
