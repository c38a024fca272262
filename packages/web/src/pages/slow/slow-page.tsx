import { areaOf } from '../../base/area.ts';
import { useService } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import form from '../../widgets/form.module.css';
import { SlowField } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { SlowAnalysis } from '../../widgets/monitoring/slow-analysis.tsx';
import { Page } from '../../widgets/page.tsx';
import { slowRoute } from './route.ts';

const ALL = {};

export function SlowPage() {
  const { name } = slowRoute.useParams();
  const text = useText();
  const search = slowRoute.useSearch();
  const navigate = slowRoute.useNavigate();
  return (
    <Page title={text.slow.title(name)} meta={useService(name).data?.meta}>
      <div className={css.lens}>
        <ServiceTabs name={name} />
        <fieldset className={form.line} aria-label={text.lens.label}>
          <SlowField />
        </fieldset>
      </div>
      <SlowAnalysis
        name={name}
        filter={ALL}
        area={areaOf(search)}
        onSelect={(area) => navigate({ search: (previous) => ({ ...previous, ...area }) })}
      />
    </Page>
  );
}
