import { Button } from '@mantine/core';
import { type Area, type AreaSearch, NO_AREA } from '../../base/area.ts';
import { count, duration, percent } from '../../base/format.ts';
import { type PartFilter, useSlow } from '../../data/monitoring.ts';
import { useLens } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../explain-link.tsx';
import { Heatmap } from '../heatmap.tsx';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import { Contrast } from './contrast.tsx';
import css from './monitoring.module.css';
import { SampleTraces } from './sample-traces.tsx';
import own from './slow.module.css';
import { SlowEndpoints } from './slow-endpoints.tsx';
import { Split } from './split.tsx';

interface SlowAnalysisProps {
  readonly name: string;
  readonly filter: PartFilter;
  /** Name of the spans of one endpoint. */
  readonly operation?: string | undefined;
  /** What is selected of the heatmap, kept in the URL by the page. */
  readonly area: Area | null;
  readonly onSelect: (area: AreaSearch) => void;
}

/** Requests by time and latency; what is special about a selected area; where the time goes; traces to look at. */
export function SlowAnalysis({ name, filter, operation, area, onSelect }: SlowAnalysisProps) {
  const text = useText();
  const { slow: words } = text;
  const query = useSlow(name, filter, useLens().slow, area);
  const isPart = filter.operation !== undefined || filter.target !== undefined;
  const clear = area && (
    <Button size="compact-xs" variant="default" onClick={() => onSelect(NO_AREA)}>
      {words.clear}
    </Button>
  );
  return (
    <QueryView query={query} missing={text.service.notFound(name)}>
      {({ slow }) => (
        <>
          <p role="status">
            {words.summary(count(slow.slow), count(slow.requests), percent(slow.slowRate), duration(slow.threshold))}{' '}
            <ExplainLink number="slow" query="steps of the view" />
          </p>
          <Panel
            title={words.heatmap}
            aside={clear ?? <span className={css.hint}>{words.heatmapHelp}</span>}
            formula="histogram"
            query="steps of the view"
          >
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
                onSelect={onSelect}
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
          <SampleTraces
            title={area ? words.areaTraces : words.traces}
            filter={{
              ...(slow.side === 'client' ? { peer: name } : { service: name, instance: filter.instance }),
              operation,
              minDuration: area ? Math.floor(area.areaLow) : slow.threshold,
              maxDuration: area ? Math.ceil(area.areaHigh) : undefined,
              sort: 'slowest',
            }}
            area={area}
          />
          {!isPart && <SlowEndpoints service={name} rows={slow.endpoints} threshold={slow.threshold} />}
        </>
      )}
    </QueryView>
  );
}
