import { useAlerts } from '../../data/alerts.ts';
import { useOverview } from '../../data/monitoring.ts';
import { useService } from '../../data/queries.ts';
import { useLens } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { AlertCount } from '../../widgets/monitoring/alert-count.tsx';
import { AlertTable } from '../../widgets/monitoring/alert-table.tsx';
import { ErrorRing } from '../../widgets/monitoring/error-ring.tsx';
import { LensControls } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { Numbers } from '../../widgets/monitoring/numbers.tsx';
import { Distribution, OverviewCharts } from '../../widgets/monitoring/overview-charts.tsx';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Slowest, useTop } from '../../widgets/monitoring/slowest.tsx';
import { Neighbours } from '../../widgets/neighbours.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { KindIcon, SideTag } from '../../widgets/tags.tsx';
import { Endpoints } from './endpoints.tsx';
import { type ServiceSearch, serviceRoute } from './route.ts';
import own from './service-page.module.css';
import { Statuses } from './statuses.tsx';
import { hasOtherEndpoints, Usage } from './usage/usage.tsx';

export function ServicePage() {
  const { name } = serviceRoute.useParams();
  return <ServiceView key={name} name={name} />;
}

function ServiceView({ name }: { readonly name: string }) {
  const text = useText();
  const search = serviceRoute.useSearch();
  const navigate = serviceRoute.useNavigate();
  const change = (changed: ServiceSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true });
  const query = useService(name);
  const overview = useOverview(name, {}, { ...useLens(), top: useTop()[0] });
  const alerts = useAlerts(name).data?.alerts ?? [];
  const seen = query.data?.service;
  const aside = seen && (
    <>
      <span className={own.kind}>
        <KindIcon kind={seen.kind} /> {seen.protocols.join(', ')}
      </span>
      <SideTag of={seen} />
      <AlertCount alerts={alerts} of={{ service: name }} long />
    </>
  );
  return (
    <Page title={name} aside={aside} meta={query.data?.meta}>
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ service }) => (
          <>
            <div className={css.lens}>
              <ServiceTabs name={name} />
              <LensControls />
            </div>
            <QueryView query={overview}>
              {(seenBy) => (
                <>
                  <Numbers overview={seenBy.overview} />
                  <OverviewCharts overview={seenBy.overview} meta={seenBy.meta} alerts={alerts} />
                  <div className={css.row}>
                    <Distribution overview={seenBy.overview} />
                    <Slowest overview={seenBy.overview} />
                    <ErrorRing name={name} />
                    <Panel title={text.service.statusChart} formula="requestShare" query="statuses">
                      <Statuses service={service} />
                    </Panel>
                  </div>
                </>
              )}
            </QueryView>
            <Panel title={text.service.neighbours} formula="rate" query="calls between services">
              <Neighbours service={service} />
            </Panel>
            {alerts.length > 0 && <AlertTable title={text.alerts.title} alerts={alerts} none={text.alerts.none} />}
            <Usage service={service} />
            {hasOtherEndpoints(service) && (
              <Endpoints service={service} search={search} change={change} maxHeight={520} />
            )}
          </>
        )}
      </QueryView>
    </Page>
  );
}
