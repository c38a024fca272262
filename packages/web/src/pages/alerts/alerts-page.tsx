import { useAlertChanges, useAlerts } from '../../data/alerts.ts';
import { useText } from '../../data/text.ts';
import { AlertTable } from '../../widgets/monitoring/alert-table.tsx';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { History } from './history.tsx';
import { alertsRoute } from './route.ts';
import { HOUR, Rules } from './rules.tsx';
import { Silences } from './silences.tsx';

/** What fires, what fired in the range, and the rules that say so; of one service, or of all. */
export function AlertsPage() {
  const { alerts: words } = useText();
  const { service } = alertsRoute.useSearch();
  const query = useAlerts(service);
  const { silence } = useAlertChanges();
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
              onSilence={({ rule, service: of, part }) =>
                silence.mutate({
                  id: `silence-${Date.now()}`,
                  body: { rule, service: of, part: part || '*', until: Date.now() + HOUR },
                })
              }
            />
            <History alerts={alerts} />
          </>
        )}
      </QueryView>
      {service === undefined && (
        <>
          <Silences />
          <Rules />
        </>
      )}
    </Page>
  );
}
