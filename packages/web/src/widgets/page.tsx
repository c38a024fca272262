import type { Meta } from '@sonde/api';
import type { ReactNode } from 'react';
import { Completeness } from './completeness.tsx';
import { CopyLink } from './copy-link.tsx';
import { Explain, ExplainButton } from './explain.tsx';
import { ExplainLink } from './explain-link.tsx';
import css from './page.module.css';
import { RefreshControl } from './refresh-control.tsx';
import { TimeRangeControl } from './time-range-control.tsx';

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly meta?: Meta | undefined;
  /** The content takes the height that is left and scrolls within. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** The frame of a page: title, completeness, range and refresh above, content below. */
export function Page({ title, aside, meta, fill = false, children }: PageProps) {
  return (
    <>
      <title>{`${title} · Sonde`}</title>
      <header className={css.header}>
        <div className={css.title}>
          <h1>{title}</h1>
          {aside}
        </div>
        <div className={css.controls}>
          {meta && (
            <>
              <Completeness value={meta.completeness} />
              <ExplainLink number="completeness" />
            </>
          )}
          <TimeRangeControl />
          <RefreshControl />
          {meta && <CopyLink meta={meta} />}
          <ExplainButton />
        </div>
      </header>
      <div className={fill ? `${css.body} ${css.fill}` : css.body}>{children}</div>
      <Explain />
    </>
  );
}

interface PanelProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** No inner space: the content brings its own (tables). */
  readonly flush?: boolean;
  /** How what it shows is made: a name in `FORMULAS`, and the query. */
  readonly formula?: string;
  readonly query?: string;
}

export function Panel({ title, aside, children, flush = false, formula, query }: PanelProps) {
  return (
    <section className={css.panel} aria-label={title}>
      <header className={css.panelHeader}>
        <h2>
          {title}
          {formula !== undefined && <ExplainLink number={formula} query={query} of={title} />}
        </h2>
        {aside}
      </header>
      <div className={flush ? undefined : css.panelBody}>{children}</div>
    </section>
  );
}
