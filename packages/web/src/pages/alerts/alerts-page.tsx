import { useAlerts } from '../../data/alerts.ts';
import { useText } from '../../data/text.ts';
import { AlertTable } from '../../widgets/monitoring/alert-table.tsx';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { alertsRoute } from './route.ts';
import { Rules } from './rules.tsx';

/** What fires, what fired in the range, and the rules that say so; of one service, or of all. */
export function AlertsPage() {
  const { alerts: words } = useText();
  const { service } = alertsRoute.useSearch();
  const query = useAlerts(service);
  const title = service === undefined ? words.title : `${words.title}: ${service}`;
  return (
    <Page title={title} meta={query.data?.meta}>
      {service !== undefined && <ServiceTabs name={service} />}
      <QueryView query={query}>
        {({ alerts }) => (
          <>
            <AlertTable
              title={words.active}
              alerts={alerts.filter(({ ended }) => ended === null)}
              none={words.noneActive}
            />
            <AlertTable title={words.history} alerts={alerts} none={words.none} />
          </>
        )}
      </QueryView>
      {service === undefined && <Rules />}
    </Page>
  );
}
