import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type PartFilter, useOverview } from '../../data/monitoring.ts';
import { useLens } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Callers } from '../../widgets/monitoring/callers.tsx';
import { LensControls } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { Numbers } from '../../widgets/monitoring/numbers.tsx';
import { Distribution, OverviewCharts } from '../../widgets/monitoring/overview-charts.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';

interface PartViewProps {
  readonly service: string;
  readonly title: string;
  /** What kind of part it is, a way back to the service. */
  readonly kind: string;
  readonly filter: PartFilter;
  /** Above the numbers. */
  readonly head?: ReactNode;
}

/** A part of a service by itself: the same numbers and charts, and who calls it. */
export function PartView({ service, title, kind, filter, head }: PartViewProps) {
  const text = useText();
  const query = useOverview(service, filter, useLens());
  const operation = [filter.operation, filter.target].filter(Boolean).join(' ');
  const aside = (
    <Link to="/services/$name" params={{ name: service }}>
      {kind}
    </Link>
  );
  return (
    <Page title={title} aside={aside} meta={query.data?.meta}>
      <div className={css.lens}>
        <span>
          {operation !== '' && (
            <Link
              to="/traces"
              search={{ ...(query.data?.overview.side === 'client' ? { peer: service } : { service }), operation }}
            >
              {text.traces.of}
            </Link>
          )}
        </span>
        <LensControls />
      </div>
      {head}
      <QueryView query={query} missing={text.service.notFound(service)}>
        {({ overview, meta }) => (
          <>
            <Numbers overview={overview} />
            <OverviewCharts overview={overview} meta={meta} />
            <Distribution overview={overview} />
            <Callers name={service} filter={filter} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
