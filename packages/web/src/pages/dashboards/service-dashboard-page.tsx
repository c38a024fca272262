import { Link } from '@tanstack/react-router';
import { useChoice } from '../../data/choice.ts';
import { useDashboard, useDashboards } from '../../data/dashboards.ts';
import { defined, useService } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { KindIcon, SideTag } from '../../widgets/tags.tsx';
import { Board } from './board.tsx';
import css from './dashboards.module.css';
import { serviceDashboardRoute } from './route.ts';
import { useDashboardText } from './text.ts';
import { Tools } from './tools.tsx';

/** What a service of no special kind is shown with. */
const STANDARD = 'http';

export function ServiceDashboardPage() {
  const text = useText();
  const { name } = serviceDashboardRoute.useParams();
  const { protocol, operation, target, statement, instance } = serviceDashboardRoute.useSearch();
  const query = useService(name);
  const seen = query.data?.service;
  const part = defined({ protocol, operation, target, statement, instance });
  const partName = instance ?? statement ?? [operation, target].filter(Boolean).join(' ');
  const aside = seen && (
    <>
      <KindIcon kind={seen.kind} />
      <SideTag of={seen} />
    </>
  );
  return (
    <Page title={partName ? `${name}: ${partName}` : name} aside={aside} meta={query.data?.meta}>
      <ServiceTabs name={name} />
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ service }) => (
          <OfKind kind={service.kind === 'other' ? STANDARD : service.kind} scope={{ service: name, ...part }} />
        )}
      </QueryView>
    </Page>
  );
}

interface OfKindProps {
  readonly kind: string;
  readonly scope: { readonly service: string };
}

/** The dashboard chosen of those for the kind of service; the one that comes with Sonde unless another is. */
function OfKind({ kind, scope }: OfKindProps) {
  const words = useDashboardText();
  const text = useText();
  const standard = `kind:${kind}`;
  const [id, choose] = useChoice('dashboard', standard);
  const all = (useDashboards().data?.dashboards ?? []).filter((each) => each.kind === kind);
  const query = useDashboard(id);
  return (
    <>
      <div className={form.line}>
        <label htmlFor="dashboard-choice">
          {words.dashboard}
          <select id="dashboard-choice" value={id} onChange={(event) => choose(event.currentTarget.value)}>
            {all.map((each) => (
              <option key={each.id} value={each.id}>
                {each.provided && each.kind ? text.kinds[each.kind] : each.name}
              </option>
            ))}
          </select>
        </label>
        <span className={css.end}>
          {query.data && <Tools {...query.data} />}
          <Link to="/dashboards">{words.title}</Link>
        </span>
      </div>
      <QueryView query={query}>
        {({ dashboard }) => <Board panels={dashboard.panels} scope={scope} scoped={true} />}
      </QueryView>
    </>
  );
}
