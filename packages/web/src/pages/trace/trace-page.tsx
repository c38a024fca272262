import type { TraceDetail, TraceSpan } from '@sonde/api';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { matches } from '../../base/compare.ts';
import { blameOf, criticalPath, type Section } from '../../base/critical-path.ts';
import { flameOf } from '../../base/flame.ts';
import { foldAll, foldedOf, foldOne, foldText, rowsOf, unfoldedRows, unfoldOne } from '../../base/trace-rows.ts';
import { pan, viewText, zoom } from '../../base/trace-view.ts';
import { useText } from '../../data/text.ts';
import { useTrace } from '../../data/traces.ts';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Calls } from './calls.tsx';
import { Compare } from './compare.tsx';
import { FlameGraph } from './flame-graph.tsx';
import { Logs } from './logs.tsx';
import { Minimap } from './minimap.tsx';
import { Operations } from './operations.tsx';
import { TRACE_VIEWS, type TraceSearch, type TraceViewName, traceRoute } from './route.ts';
import { serviceColors } from './service-colors.ts';
import { SpanPanel } from './span-panel.tsx';
import { Summary } from './summary.tsx';
import { Toolbar } from './toolbar.tsx';
import { TraceMap } from './trace-map.tsx';
import css from './trace-page.module.css';
import { type TraceKey, useTraceKeys } from './use-trace-keys.ts';
import { useView } from './use-view.ts';
import { Waterfall } from './waterfall.tsx';

export function TracePage() {
  const { trace: words } = useText();
  const { id } = traceRoute.useParams();
  const query = useTrace(id);
  return (
    <Page title={words.title(id.slice(0, 8))} fill>
      <QueryView query={query} missing={words.missing}>
        {({ trace }) => <TraceView key={trace.id} trace={trace} />}
      </QueryView>
    </Page>
  );
}

const NONE: ReadonlySet<string> = new Set();
const NO_SECTIONS: ReadonlyMap<string, readonly Section[]> = new Map();

function TraceView({ trace }: { readonly trace: TraceDetail }) {
  const search = traceRoute.useSearch();
  const { span: selected, q = '', view: mode = 'waterfall', light } = search;
  const navigate = traceRoute.useNavigate();
  const total = trace.duration || 1;
  const [view, setView] = useView(total);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, byId, colors, path, sections, blames } = useTraceModel(trace);
  const [folded, setFolded] = useState(() => foldedOf(rows, search.fold));
  const shown = useMemo(() => unfoldedRows(rows, folded), [rows, folded]);
  const flame = useMemo(() => (mode === 'flame' ? flameOf(rows) : []), [rows, mode]);
  const found = useMemo(() => foundIn(trace, q), [trace, q]);
  const isFaded = useCallback(
    (span: TraceSpan) => (light !== undefined && span.service !== light) || (q !== '' && !found.has(span.id)),
    [light, q, found],
  );
  const change = useCallback(
    (changed: TraceSearch) => void navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true }),
    [navigate],
  );
  const select = useCallback((span: string | undefined) => change({ span }), [change]);
  const lightUp = useCallback((service: string | undefined) => change({ light: service }), [change]);
  const fold = useCallback((id: string) => setFolded((previous) => toggled(previous, id)), []);
  const isCritical = search.critical !== 'off';
  const critical = isCritical ? sections : NO_SECTIONS;

  /** The next row after the selected one in a direction, only among matches where something is looked for. */
  const step = (direction: 1 | -1) => {
    const at = shown.findIndex((row) => row.span.id === selected);
    const wanted = (index: number) => found.size === 0 || found.has(shown[index].span.id);
    let index = at < 0 ? (direction === 1 ? 0 : shown.length - 1) : at + direction;
    while (index >= 0 && index < shown.length && !wanted(index)) index += direction;
    if (index >= 0 && index < shown.length) select(shown[index].span.id);
  };
  const page = (share: number) => scroller.current?.scrollBy({ top: scroller.current.clientHeight * share });
  const actions: Record<TraceKey, (fast: boolean) => void> = {
    next: () => step(1),
    previous: () => step(-1),
    panLeft: (fast) => setView((now) => pan(now, fast ? -0.5 : -0.1)),
    panRight: (fast) => setView((now) => pan(now, fast ? 0.5 : 0.1)),
    zoomIn: (fast) => setView((now) => zoom(now, fast ? 0.5 : 0.8)),
    zoomOut: (fast) => setView((now) => zoom(now, fast ? 2 : 1.25)),
    foldAll: () => setFolded(foldAll(rows)),
    unfoldAll: () => setFolded(NONE),
    foldOne: () => setFolded(foldOne(rows, folded)),
    unfoldOne: () => setFolded(unfoldOne(rows, folded)),
    pageUp: () => page(-0.9),
    pageDown: () => page(0.9),
    close: () => select(undefined),
  };
  useTraceKeys((key, fast) =>
    typeof key === 'number' ? change({ view: TRACE_VIEWS[key], sort: undefined }) : actions[key](fast),
  );

  const open = selected === undefined ? undefined : byId.get(selected);
  const hasTimeline = mode === 'waterfall' || mode === 'flame';
  const link = () => {
    const url = new URL(window.location.href);
    for (const [key, text] of Object.entries({ zoom: viewText(view, total), fold: foldText(rows, folded) })) {
      if (text === undefined) url.searchParams.delete(key);
      else url.searchParams.set(key, text);
    }
    return url.href;
  };
  const body = {
    waterfall: () => (
      <Waterfall
        rows={shown}
        {...{ total, view, colors, folded, selected, found, isFaded, critical, scroller }}
        onView={setView}
        onFold={fold}
        onSelect={select}
      />
    ),
    flame: () => (
      <FlameGraph
        {...{ flame, total, view, colors, selected, isFaded, critical, scroller }}
        onView={setView}
        onSelect={select}
      />
    ),
    services: () => <TraceMap trace={trace} light={light} onLight={lightUp} onSelect={select} />,
    operations: () => (
      <Operations
        trace={trace}
        path={path}
        sort={search.sort ?? '-critical'}
        onSort={(sort) => change({ sort })}
        onSelect={select}
      />
    ),
    calls: () => (
      <Calls
        trace={trace}
        selected={selected}
        sort={search.sort ?? 'start'}
        onSort={(sort) => change({ sort })}
        onSelect={select}
      />
    ),
    logs: () => <Logs trace={trace} q={q} light={light} onSelect={select} />,
    compare: () => (
      <Compare trace={trace} other={search.with} onOther={(other) => change({ with: other })} onSelect={select} />
    ),
  } satisfies Record<TraceViewName, () => ReactNode>;
  return (
    <section className={css.view}>
      <Summary
        trace={trace}
        depth={rows.reduce((deepest, row) => Math.max(deepest, row.depth + 1), 0)}
        colors={colors}
        blames={blames}
        light={light}
        onLight={lightUp}
      />
      <Toolbar
        view={mode}
        q={q}
        found={found.size}
        isCritical={hasTimeline ? isCritical : undefined}
        onFind={(value) => change({ q: value || undefined })}
        onCritical={(on) => change({ critical: on ? undefined : 'off' })}
        link={link}
      />
      {hasTimeline && <Minimap rows={rows} duration={total} view={view} colors={colors} onView={setView} />}
      <div className={css.body}>
        {body[mode]()}
        {open && <SpanPanel trace={trace} span={open} byId={byId} onSelect={select} />}
      </div>
    </section>
  );
}

/** What is drawn of a trace, made once. */
function useTraceModel(trace: TraceDetail) {
  return useMemo(() => {
    const path = criticalPath(trace.spans);
    return {
      rows: rowsOf(trace.spans),
      byId: new Map(trace.spans.map((span) => [span.id, span])),
      colors: serviceColors(trace),
      path,
      sections: Map.groupBy(path, ({ span }) => span.id),
      blames: blameOf(path, trace.spans),
    };
  }, [trace]);
}

function foundIn(trace: TraceDetail, q: string): ReadonlySet<string> {
  if (q === '') return NONE;
  const isFound = ({ service, name, statusMessage, attributes }: TraceSpan) =>
    matches(q, service, name, statusMessage, ...Object.values(attributes));
  return new Set(trace.spans.filter(isFound).map(({ id }) => id));
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
