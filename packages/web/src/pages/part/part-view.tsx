import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type AlertScope, alertsOf } from '../../base/alert-groups.ts';
import type { Area, AreaSearch } from '../../base/area.ts';
import { useAlertGroups } from '../../data/alerts.ts';
import { type PartFilter, useOverview } from '../../data/monitoring.ts';
import { useLens } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { AlertCount } from '../../widgets/monitoring/alert-count.tsx';
import { Callers, Servers } from '../../widgets/monitoring/breakdown.tsx';
import { ErrorRing } from '../../widgets/monitoring/error-ring.tsx';
import { LensControls } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { Numbers } from '../../widgets/monitoring/numbers.tsx';
import { Distribution, OverviewCharts } from '../../widgets/monitoring/overview-charts.tsx';
import { SlowAnalysis } from '../../widgets/monitoring/slow-analysis.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';

interface PartViewProps {
  readonly service: string;
  readonly title: string;
  /** What kind of part it is, a way back to the service. */
  readonly kind: string;
  readonly filter: PartFilter;
  /** As alerts call it. */
  readonly scope: AlertScope;
  /** Above the numbers. */
  readonly head?: ReactNode;
  /** What is selected of the heatmap. */
  readonly area: Area | null;
  readonly onSelect: (area: AreaSearch) => void;
}

/** A part of a service by itself: the same numbers and charts, who calls it, who answers, and what is slow in it. */
export function PartView(props: PartViewProps) {
  const { service, title, kind, filter, scope, head, area, onSelect } = props;
  const text = useText();
  const query = useOverview(service, filter, useLens());
  const operation = [filter.operation, filter.target].filter(Boolean).join(' ');
  const { protocol, target, statement, instance } = filter;
  const isInstance = instance !== undefined;
  const groups = useAlertGroups(service);
  const own = alertsOf(groups, scope);
  const ofService = alertsOf(groups, { service }).filter(({ part }) => part === '');
  const aside = (
    <>
      <Link to="/services/$name" params={{ name: service }}>
        {kind}
      </Link>
      <AlertCount alerts={own} of={scope} long />
    </>
  );
  return (
    <Page title={title} aside={aside} meta={query.data?.meta}>
      <div className={css.lens}>
        <span className={css.links}>
          {operation !== '' && (
            <Link
              to="/traces"
              search={{ ...(query.data?.overview.side === 'client' ? { peer: service } : { service }), operation }}
            >
              {text.traces.of}
            </Link>
          )}
          <Link
            to="/services/$name/dashboard"
            params={{ name: service }}
            search={{ protocol, operation: filter.operation, target, statement, instance }}
          >
            {text.tabs.dashboard}
          </Link>
        </span>
        <LensControls />
      </div>
      {head}
      <QueryView query={query} missing={text.service.notFound(service)}>
        {({ overview, meta }) => (
          <>
            <Numbers overview={overview} />
            <OverviewCharts overview={overview} meta={meta} alerts={[...own, ...ofService]} />
            <div className={css.row}>
              <Distribution overview={overview} />
              {!isInstance && <ErrorRing name={service} filter={filter} />}
            </div>
            <Callers name={service} filter={filter} />
            {!isInstance && <Servers name={service} filter={filter} />}
            <SlowAnalysis
              name={service}
              filter={filter}
              operation={operation || undefined}
              area={area}
              onSelect={onSelect}
            />
          </>
        )}
      </QueryView>
    </Page>
  );
}
