import { type PointerEvent, useState } from 'react';

interface Drag {
  readonly start: number;
  readonly end: number;
}

/** Less than this is a click. */
const LEAST_PIXELS = 6;

/**
 * A horizontal drag over an element, in pixels from its left edge: `drag` while it lasts, `onDone` when it ends.
 * `handlers` go on the element. Only the main button of a mouse or pen drags: a finger scrolls the page.
 */
export function useDrag(onDone: (start: number, end: number) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const at = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(width, event.clientX - left));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ start: at(event), end: at(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => drag && setDrag({ ...drag, end: at(event) }),
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      setDrag(null);
      if (drag && Math.abs(at(event) - drag.start) >= LEAST_PIXELS) onDone(drag.start, at(event));
    },
    onPointerCancel: () => setDrag(null),
  };
  return { drag, handlers };
}
