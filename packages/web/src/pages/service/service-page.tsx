import { useService } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { Neighbours } from '../../widgets/neighbours.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { KindIcon, SideTag } from '../../widgets/tags.tsx';
import { Charts } from './charts.tsx';
import { Endpoints } from './endpoints.tsx';
import { Instances } from './instances.tsx';
import { serviceRoute } from './route.ts';
import css from './service-page.module.css';
import { Statuses } from './statuses.tsx';
import { Summary } from './summary.tsx';

export function ServicePage() {
  const { name } = serviceRoute.useParams();
  return <ServiceView key={name} name={name} />;
}

function ServiceView({ name }: { readonly name: string }) {
  const text = useText();
  const query = useService(name);
  const seen = query.data?.service;
  const aside = seen && (
    <>
      <span className={css.kind}>
        <KindIcon kind={seen.kind} /> {seen.protocols.join(', ')}
      </span>
      <SideTag of={seen} />
    </>
  );
  return (
    <Page title={name} aside={aside} meta={query.data?.meta}>
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ service, meta }) => (
          <>
            <Summary service={service} />
            <Charts service={service} meta={meta} />
            <div className={css.columns}>
              <Panel title={text.service.neighbours}>
                <Neighbours service={service} />
              </Panel>
              <Panel title={text.service.statusChart}>
                <Statuses statuses={service.statuses} />
              </Panel>
            </div>
            <Endpoints service={service} />
            <Instances instances={service.instances} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
