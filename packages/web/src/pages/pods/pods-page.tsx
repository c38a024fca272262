import type { Instance } from '@sonde/api';
import { useInstances } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { ErrorRing } from '../../widgets/monitoring/error-ring.tsx';
import { instanceName } from '../../widgets/monitoring/instance-state.tsx';
import { InstanceTable } from '../../widgets/monitoring/instance-table.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Ring } from '../../widgets/ring.tsx';
import { podsRoute } from './route.ts';

export function PodsPage() {
  const { name } = podsRoute.useParams();
  const text = useText();
  const { instances: words } = text;
  const query = useInstances(name);
  return (
    <Page title={words.title(name)} meta={query.data?.meta}>
      <ServiceTabs name={name} />
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ instances, meta }) =>
          instances.length === 0 ? (
            <Notice title={words.none} hint={words.noneHint} />
          ) : (
            <>
              <InstanceTable
                title={text.service.instances}
                label={words.title(name)}
                rows={instances}
                meta={meta}
                query="instances"
              />
              <div className={css.row}>
                <RequestRing name={name} instances={instances} />
                <ErrorRing name={name} />
              </div>
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

/** Which instance served what share of the requests. */
function RequestRing({ name, instances }: { readonly name: string; readonly instances: readonly Instance[] }) {
  const { overview, service } = useText();
  return (
    <Panel title={overview.requestsByInstance} formula="requestShare" query="instances">
      {instances.every(({ requests }) => requests === 0) ? (
        <p className={css.empty}>{service.noEndpoints}</p>
      ) : (
        <Ring
          label={`${overview.requestsByInstance}: ${name}`}
          tone="calm"
          parts={instances.map((row) => ({ key: instanceName(row), value: row.requests }))}
        />
      )}
    </Panel>
  );
}
