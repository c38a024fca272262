import type { TraceHeatmap } from '@sonde/api';
import { type AreaSearch, areaOf, NO_AREA } from '../../base/area.ts';
import { percent } from '../../base/format.ts';
import { useText } from '../../data/text.ts';
import { type SpanFilter, useTraceHeatmap } from '../../data/traces.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { Heatmap } from '../../widgets/heatmap.tsx';
import type { TracesSearch } from './route.ts';
import css from './span-heatmap.module.css';

interface SpanHeatmapProps {
  readonly filter: SpanFilter;
  readonly area: AreaSearch;
  readonly change: (change: TracesSearch) => void;
}

const HEIGHT = 150;

/** All spans that fit the filters, by start and duration; a dragged area is a filter of the list. */
export function SpanHeatmap({ filter, area: search, change }: SpanHeatmapProps) {
  const { traces } = useText();
  const area = areaOf(search);
  const { data } = useTraceHeatmap(filter, area);
  const heatmap = data?.heatmap;
  if (heatmap === undefined || heatmap.bounds.length === 0) return <div className={css.empty} />;
  return (
    <div className={css.heatmap}>
      <Heatmap
        label={traces.heatmap}
        step={heatmap.step}
        times={heatmap.times}
        bounds={heatmap.bounds}
        counts={heatmap.spans}
        area={area}
        height={HEIGHT}
        onSelect={({ areaFrom, areaTo, areaLow, areaHigh }) =>
          change({ areaFrom, areaTo, areaLow: Math.floor(areaLow), areaHigh: Math.floor(areaHigh) })
        }
        cellText={traces.cell}
      />
    </div>
  );
}

const MOST_CHIPS = 8;
/** A smaller difference of shares is chance. */
const LEAST_DIFFERENCE = 0.1;

/** What spans of the selected area have more often than the others; each is a filter to click. */
export function Contrast({ filter, area: search, change }: SpanHeatmapProps) {
  const { traces } = useText();
  const area = areaOf(search);
  const { data, isPlaceholderData } = useTraceHeatmap(filter, area);
  if (area === null || data === undefined || isPlaceholderData) return null;
  const chips = data.heatmap.contrast
    .filter(({ insideShare, outsideShare }) => insideShare - outsideShare >= LEAST_DIFFERENCE)
    .slice(0, MOST_CHIPS);
  return (
    <div className={css.contrast}>
      <span title={traces.contrastHelp}>{chips.length > 0 ? traces.contrast : traces.noContrast}</span>
      {chips.map((each) => (
        <button
          key={`${each.attribute} ${each.value}`}
          type="button"
          title={traces.contrastOf(percent(each.insideShare), percent(each.outsideShare))}
          onClick={() => change({ ...NO_AREA, ...filterOf(each) })}
        >
          {each.attribute} <b>{each.value}</b> {percent(each.insideShare)} <small>{percent(each.outsideShare)}</small>
        </button>
      ))}
      <ExplainLink number="insideShare" query="spans inside and outside of the area" of={traces.contrast} />
    </div>
  );
}

function filterOf({ attribute, value }: TraceHeatmap['contrast'][number]): TracesSearch {
  if (attribute === 'service') return { service: value };
  if (attribute === 'operation') return { operation: value };
  if (attribute === 'kind') return { kind: value as NonNullable<TracesSearch['kind']> };
  if (attribute === 'status') return value === 'error' ? { show: 'errors' } : {};
  return { text: `${attribute}=${value}` };
}
