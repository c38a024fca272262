import { createRootRoute, retainSearchParams, type SearchSchemaInput } from '@tanstack/react-router';
import { integer, oneOf, text, texts, time } from '../base/search.ts';
import type { TimeInput } from '../base/time.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export const LANGUAGES = ['en', 'zh'] as const;
export const REFRESH_SECONDS = [0, 5, 10, 30, 60, 300] as const;

export const COMPARISONS = ['1h', '1d', '1w'] as const;

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
  /** Percentile lines of charts, `50,75,99`. */
  p?: string;
  /** Thresholds in milliseconds. */
  apdex?: number;
  slow?: number;
  /** The time before that numbers are held against. */
  compare?: (typeof COMPARISONS)[number];
  /** The number whose formula and query are shown; `all` for the page's queries. */
  explain?: string;
  /** Choices within the page, see `useChoice`. */
  choices?: Record<string, string>;
}

/** The parent of every page's route: a page folder hangs itself below it, the app gives it the shell. */
export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): RootSearch => ({
    from: time(search, 'from'),
    to: time(search, 'to'),
    refresh: integer(search, 'refresh', 0, 3600),
    theme: oneOf(search, 'theme', THEMES),
    lang: oneOf(search, 'lang', LANGUAGES),
    p: text(search, 'p', 60),
    apdex: integer(search, 'apdex', 1, 3_600_000),
    slow: integer(search, 'slow', 1, 3_600_000),
    compare: oneOf(search, 'compare', COMPARISONS),
    explain: text(search, 'explain', 80),
    choices: texts(search, 'choices', 1000),
  }),
  search: {
    middlewares: [
      retainSearchParams<RootSearch>(['from', 'to', 'refresh', 'theme', 'lang', 'p', 'apdex', 'slow', 'compare']),
    ],
  },
});
