import type { TraceHeatmap, traceHeatmapQuery } from '@sonde/api';
import { type Bins, type TimeRange, timeRange, valueOfBin } from '@sonde/model';
import type { HeatmapTotal, SpanArea, SpanContrastTotal, Store } from '@sonde/store';
import type { z } from 'zod';
import { boundsOf, countsIn, rowsFor } from './distribution.ts';
import { contrastOf } from './slow.ts';

const ROWS = 36;
const COLUMNS = 90;

/** Whole seconds, so that columns stay where they are while the range moves. */
const stepOf = ({ from, to }: TimeRange) => Math.max(1, Math.ceil((to - from) / COLUMNS / 1000)) * 1000;

function binsOf(totals: readonly HeatmapTotal[]): Bins {
  const counts = new Map<number, number>();
  for (const { bin, spans } of totals) counts.set(bin, (counts.get(bin) ?? 0) + spans);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { indexes: sorted.map(([bin]) => bin), counts: sorted.map(([, count]) => count) };
}

/** Values more frequent inside than outside, each against all spans: an attribute that most do not have counts as such. */
function contrastOfSpans(totals: readonly SpanContrastTotal[]): TraceHeatmap['contrast'] {
  const all = totals.find(({ attribute }) => attribute === '');
  if (all === undefined) return [];
  return contrastOf(
    totals.filter(({ attribute }) => attribute !== ''),
    all,
  );
}

/** About how many spans are inside of an area and outside. */
function countsBy(area: SpanArea, start: number, step: number, totals: readonly HeatmapTotal[]) {
  const sum = (wanted: boolean) =>
    totals.reduce((count, { column, bin, spans }) => {
      const [time, value] = [start + column * step, valueOfBin(bin)];
      const isInside = time >= area.from && time < area.to && value > area.low && value <= area.high;
      return isInside === wanted ? count + spans : count;
    }, 0);
  return { inside: sum(true), outside: sum(false) };
}

/** Spans that fulfil the filters by start and duration, and what those in the selected area have more of. */
export async function traceHeatmapOf(
  store: Store,
  range: TimeRange,
  input: z.output<typeof traceHeatmapQuery>,
): Promise<TraceHeatmap> {
  const { service, operation, peer, kind, text, areaFrom, areaTo, areaLow, areaHigh } = input;
  const asked = { service, operation, peer, kind, text };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const filter = { ...given, errors: input.errors === 'true' };
  const step = stepOf(range);
  const whole = timeRange(Math.floor(range.from / step) * step, Math.ceil(range.to / step) * step);
  const totals = await store.spanHeatmap(whole, step, filter);
  const all = binsOf(totals);
  const rows = rowsFor(all, ROWS);
  const byColumn = Map.groupBy(totals, ({ column }) => column);
  const columns = Array.from({ length: (whole.to - whole.from) / step }, (_, i) =>
    countsIn(rows, binsOf(byColumn.get(i) ?? [])),
  );
  const hasArea = areaFrom !== undefined && areaTo !== undefined && areaLow !== undefined && areaHigh !== undefined;
  const area = hasArea ? { from: areaFrom, to: areaTo, low: areaLow, high: areaHigh } : null;
  return {
    step,
    times: columns.map((_, i) => whole.from + i * step),
    bounds: boundsOf(rows),
    spans: columns,
    contrast:
      area === null
        ? []
        : contrastOfSpans(await store.spanContrast(whole, filter, area, countsBy(area, whole.from, step, totals))),
  };
}
