import { useService } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';
import { SlowField } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Endpoints } from './endpoints.tsx';
import { endpointsRoute } from './route.ts';

/** Every endpoint of a service, as high as the window allows. */
export function EndpointsPage() {
  const { name } = endpointsRoute.useParams();
  const text = useText();
  const query = useService(name);
  const search = endpointsRoute.useSearch();
  const navigate = endpointsRoute.useNavigate();
  return (
    <Page title={text.service.endpointsOf(name)} meta={query.data?.meta}>
      <div className={css.lens}>
        <ServiceTabs name={name} />
        <fieldset className={form.line} aria-label={text.lens.label}>
          <SlowField />
        </fieldset>
      </div>
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ service }) => (
          <Endpoints
            service={service}
            search={search}
            change={(changed) => navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true })}
          />
        )}
      </QueryView>
    </Page>
  );
}
