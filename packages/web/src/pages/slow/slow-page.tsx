import { Button } from '@mantine/core';
import { type AreaSearch, areaOf, NO_AREA } from '../../base/area.ts';
import { count, duration, percent } from '../../base/format.ts';
import { useSlow } from '../../data/monitoring.ts';
import { useLens } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Heatmap } from '../../widgets/heatmap.tsx';
import { SlowField } from '../../widgets/monitoring/lens-controls.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { ServiceTabs } from '../../widgets/monitoring/service-tabs.tsx';
import { Page, Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Contrast } from './contrast.tsx';
import { slowRoute } from './route.ts';
import { SlowEndpoints } from './slow-endpoints.tsx';
import own from './slow-page.module.css';
import { Split } from './split.tsx';

export function SlowPage() {
  const { name } = slowRoute.useParams();
  const text = useText();
  const { slow: words } = text;
  const area = areaOf(slowRoute.useSearch());
  const navigate = slowRoute.useNavigate();
  const select = (chosen: AreaSearch) => navigate({ search: (previous) => ({ ...previous, ...chosen }) });
  const query = useSlow(name, {}, useLens().slow, area);
  const clear = area && (
    <Button size="compact-xs" variant="default" onClick={() => select(NO_AREA)}>
      {words.clear}
    </Button>
  );
  return (
    <Page title={words.title(name)} meta={query.data?.meta}>
      <div className={css.lens}>
        <ServiceTabs name={name} />
        <fieldset className={css.fields} aria-label={text.lens.label}>
          <SlowField />
        </fieldset>
      </div>
      <QueryView query={query} missing={text.service.notFound(name)}>
        {({ slow }) => (
          <>
            <p role="status">
              {words.summary(count(slow.slow), count(slow.requests), percent(slow.slowRate), duration(slow.threshold))}
            </p>
            <Panel title={words.heatmap} aside={clear ?? <span className={css.hint}>{words.heatmapHelp}</span>}>
              {slow.heatmap.bounds.length === 0 ? (
                <p className={css.empty}>{text.service.noEndpoints}</p>
              ) : (
                <Heatmap
                  label={`${words.heatmap}: ${name}`}
                  step={slow.heatmap.step}
                  times={slow.heatmap.times}
                  bounds={slow.heatmap.bounds}
                  counts={slow.heatmap.requests}
                  area={area}
                  onSelect={select}
                  cellText={words.cell}
                />
              )}
            </Panel>
            <div className={own.columns}>
              <Contrast rows={slow.contrast} selected={area !== null} />
              <Panel title={words.split}>
                <Split split={slow.split} />
              </Panel>
            </div>
            <SlowEndpoints service={name} rows={slow.endpoints} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
