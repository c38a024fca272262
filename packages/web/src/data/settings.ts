import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { DEFAULT_RANGE, type TimeRange } from '../base/time.ts';
import type { Language, RootSearch, Theme } from './root-route.ts';

export const DEFAULT_REFRESH = 10;

export function useRange(): TimeRange {
  const { from = DEFAULT_RANGE.from, to = DEFAULT_RANGE.to } = useSearch({ from: '__root__' });
  return useMemo(() => ({ from, to }), [from, to]);
}

/** Seconds between refreshes. A range that ends in the past does not change, so it is not fetched again. */
export function useRefresh(): number {
  const { refresh = DEFAULT_REFRESH, to = DEFAULT_RANGE.to } = useSearch({ from: '__root__' });
  return to === 'now' ? refresh : 0;
}

export function useTheme(): Theme {
  return useSearch({ from: '__root__' }).theme ?? 'auto';
}

export function useLanguage(): Language {
  return useSearch({ from: '__root__' }).lang ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
}

/** Changes shared state in the URL: a new history entry for a range, none for how it looks. */
export function useSetSettings(): (change: RootSearch) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) => {
      const replace = !('from' in change);
      navigate({ to: '.', search: (previous: RootSearch) => ({ ...previous, ...change }), replace });
    },
    [navigate],
  );
}

export function useSetRange(): (range: TimeRange) => void {
  const set = useSetSettings();
  return useCallback((range) => set({ from: range.from, to: range.to }), [set]);
}

/** Percentile lines, thresholds and comparison of the URL; what is not there is the API's default. */
export function useLens() {
  const { p, apdex, slow, compare } = useSearch({ from: '__root__' });
  return useMemo(() => ({ percentiles: p, apdex, slow, compare }), [p, apdex, slow, compare]);
}

/** The number whose formula and query are shown, `all` for the page's queries, `undefined` for none. */
export function useExplain(): string | undefined {
  return useSearch({ from: '__root__' }).explain;
}
