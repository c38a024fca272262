import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { pan, type View, viewOf, viewText, zoom as zoomed } from '../../base/trace-view.ts';
import { traceRoute } from './route.ts';

export type ChangeView = (change: (view: View) => View) => void;

/** Moving and zooming is many changes a second; the URL gets the last of them. */
const URL_DELAY_MS = 200;

/** The part of a trace of `total` nanoseconds that is shown. The URL has it, so a copied link shows the same. */
export function useView(total: number): readonly [View, ChangeView] {
  const { zoom } = traceRoute.useSearch();
  const navigate = traceRoute.useNavigate();
  const [view, setView] = useState(() => viewOf(zoom, total));
  const written = useRef(zoom);
  useEffect(() => {
    if (zoom === written.current) return;
    written.current = zoom;
    setView(viewOf(zoom, total));
  }, [zoom, total]);
  useEffect(() => {
    const text = viewText(view, total);
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      void navigate({ search: (previous) => ({ ...previous, zoom: text }), replace: true });
    }, URL_DELAY_MS);
    return () => clearTimeout(timer);
  }, [view, total, navigate]);
  const change: ChangeView = useCallback((next) => setView(next), []);
  return [view, change];
}

/** Wheel with Ctrl or ⌘, and the pinch of a touchpad, zoom around the pointer; a sideways wheel moves. */
export function useWheel(area: RefObject<HTMLElement | null>, onView: ChangeView, timeline = area): void {
  useEffect(() => {
    const element = area.current;
    const wheel = (event: WheelEvent) => {
      const { left = 0, width = 1 } = timeline.current?.getBoundingClientRect() ?? {};
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        const share = Math.max(0, Math.min(1, (event.clientX - left) / width));
        onView((view) => zoomed(view, 1.0025 ** event.deltaY, view.from + share * (view.to - view.from)));
      } else if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) {
        onView((view) => pan(view, sideways / width));
      } else return;
      event.preventDefault();
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [area, timeline, onView]);
}
