import { createRootRoute, retainSearchParams, type SearchSchemaInput } from '@tanstack/react-router';
import { integer, oneOf, time } from '../base/search.ts';
import type { TimeInput } from '../base/time.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export const LANGUAGES = ['en', 'zh'] as const;
export const REFRESH_SECONDS = [0, 5, 10, 30, 60, 300] as const;

export type Theme = (typeof THEMES)[number];
export type Language = (typeof LANGUAGES)[number];

/** The state every page shares. What is not in the URL has its default (`settings.ts`). */
export interface RootSearch {
  from?: TimeInput;
  to?: TimeInput;
  /** Seconds between refreshes, 0 for never. */
  refresh?: number;
  theme?: Theme;
  lang?: Language;
}

/** The parent of every page's route: a page folder hangs itself below it, the app gives it the shell. */
export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): RootSearch => ({
    from: time(search, 'from'),
    to: time(search, 'to'),
    refresh: integer(search, 'refresh', 0, 3600),
    theme: oneOf(search, 'theme', THEMES),
    lang: oneOf(search, 'lang', LANGUAGES),
  }),
  search: { middlewares: [retainSearchParams<RootSearch>(['from', 'to', 'refresh', 'theme', 'lang'])] },
});
