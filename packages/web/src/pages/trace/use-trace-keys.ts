import { useEffect, useRef } from 'react';

export type TraceKey =
  | 'next'
  | 'previous'
  | 'panLeft'
  | 'panRight'
  | 'zoomIn'
  | 'zoomOut'
  | 'foldAll'
  | 'unfoldAll'
  | 'foldOne'
  | 'unfoldOne'
  | 'pageUp'
  | 'pageDown'
  | 'close';

/** The keys of Jaeger's trace view (packages/jaeger-ui/src/components/TracePage/keyboard-mappings.tsx). */
const KEYS: Readonly<Record<string, TraceKey>> = {
  f: 'next',
  b: 'previous',
  ArrowLeft: 'panLeft',
  a: 'panLeft',
  ArrowRight: 'panRight',
  d: 'panRight',
  ArrowUp: 'zoomIn',
  ArrowDown: 'zoomOut',
  ']': 'foldAll',
  '[': 'unfoldAll',
  p: 'foldOne',
  o: 'unfoldOne',
  w: 'pageUp',
  s: 'pageDown',
  Escape: 'close',
};

/** Calls `run` for each key of the trace view, with 0 to 6 for the digits 1 to 7; `fast` with Shift. Not while something is typed, nor with Ctrl or Alt. */
export function useTraceKeys(run: (key: TraceKey | number, fast: boolean) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      const digit = /^[1-7]$/.test(event.key) ? Number(event.key) - 1 : undefined;
      const key = digit ?? KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest(
          'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="separator"]',
        );
      if (key === undefined || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      latest.current(key, event.shiftKey);
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, []);
}
