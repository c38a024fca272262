import { useEffect, useMemo, useRef, useState } from 'react';
import type { Layout, LayoutInput } from './layout.ts';

/** Arranges off the main thread; the arrangement stays while only the numbers change. `null` until there is one. */
export function useLayout(input: LayoutInput): Layout | null {
  const key = useMemo(() => JSON.stringify(input), [input]);
  const worker = useRef<Worker | null>(null);
  const request = useRef(0);
  const [done, setDone] = useState<{ key: string; layout: Layout } | null>(null);

  useEffect(() => {
    const made = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.current = made;
    return () => made.terminate();
  }, []);

  useEffect(() => {
    const id = ++request.current;
    const answer = ({ data }: MessageEvent<{ id: number; layout: Layout }>) => {
      if (data.id === id) setDone({ key, layout: data.layout });
    };
    const current = worker.current;
    current?.addEventListener('message', answer);
    current?.postMessage({ id, input: JSON.parse(key) });
    return () => current?.removeEventListener('message', answer);
  }, [key]);

  return done?.key === key ? done.layout : null;
}
