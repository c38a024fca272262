import type { TraceDetail } from '@sonde/api';
import { useCallback, useMemo, useRef, useState } from 'react';
import { matches } from '../../base/compare.ts';
import { count, duration } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import {
  foldAll,
  foldOne,
  pan,
  rowsOf,
  unfoldedRows,
  unfoldOne,
  type View,
  WHOLE,
  zoom,
} from '../../base/trace-rows.ts';
import { useText } from '../../data/text.ts';
import { useTrace } from '../../data/traces.ts';
import { FilterBox } from '../../widgets/filter-box.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Minimap } from './minimap.tsx';
import { traceRoute } from './route.ts';
import { serviceColors } from './service-colors.ts';
import { SpanPanel } from './span-panel.tsx';
import css from './trace-page.module.css';
import { type TraceKey, useTraceKeys } from './use-trace-keys.ts';
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

function TraceView({ trace }: { readonly trace: TraceDetail }) {
  const { span: selected, q = '' } = traceRoute.useSearch();
  const navigate = traceRoute.useNavigate();
  const [folded, setFolded] = useState<ReadonlySet<string>>(NONE);
  const [view, setView] = useState<View>(WHOLE);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(trace.spans), [trace]);
  const shown = useMemo(() => unfoldedRows(rows, folded), [rows, folded]);
  const byId = useMemo(() => new Map(trace.spans.map((span) => [span.id, span])), [trace]);
  const colors = useMemo(() => serviceColors(trace), [trace]);
  const found = useMemo(
    () =>
      q === ''
        ? NONE
        : new Set(
            trace.spans
              .filter((span) =>
                matches(q, span.service, span.name, span.statusMessage, ...Object.values(span.attributes)),
              )
              .map((span) => span.id),
          ),
    [trace, q],
  );
  const select = useCallback(
    (span: string | undefined) => void navigate({ search: (previous) => ({ ...previous, span }), replace: true }),
    [navigate],
  );
  const fold = useCallback((id: string) => setFolded((previous) => toggled(previous, id)), []);

  /** The next row after the selected one in a direction, only among matches where something is looked for. */
  const step = (direction: 1 | -1) => {
    const at = shown.findIndex((row) => row.span.id === selected);
    const wanted = (index: number) => found.size === 0 || found.has(shown[index].span.id);
    let index = at < 0 ? (direction === 1 ? 0 : shown.length - 1) : at + direction;
    while (index >= 0 && index < shown.length && !wanted(index)) index += direction;
    if (index >= 0 && index < shown.length) select(shown[index].span.id);
  };
  const actions: Record<TraceKey, (fast: boolean) => void> = {
    next: () => step(1),
    previous: () => step(-1),
    panLeft: (fast) => setView(pan(view, fast ? -0.5 : -0.1)),
    panRight: (fast) => setView(pan(view, fast ? 0.5 : 0.1)),
    zoomIn: (fast) => setView(zoom(view, fast ? 0.5 : 0.8)),
    zoomOut: (fast) => setView(zoom(view, fast ? 2 : 1.25)),
    foldAll: () => setFolded(foldAll(rows)),
    unfoldAll: () => setFolded(NONE),
    foldOne: () => setFolded(foldOne(rows, folded)),
    unfoldOne: () => setFolded(unfoldOne(rows, folded)),
    pageUp: () => scroller.current?.scrollBy({ top: -scroller.current.clientHeight * 0.9 }),
    pageDown: () => scroller.current?.scrollBy({ top: scroller.current.clientHeight * 0.9 }),
    close: () => select(undefined),
  };
  useTraceKeys((key, fast) => actions[key](fast));

  const open = selected === undefined ? undefined : byId.get(selected);
  return (
    <section className={css.view}>
      <Summary
        trace={trace}
        depth={rows.reduce((deepest, row) => Math.max(deepest, row.depth + 1), 0)}
        colors={colors}
      />
      <Find
        q={q}
        found={found.size}
        change={(value) => navigate({ search: (previous) => ({ ...previous, q: value || undefined }), replace: true })}
      />
      <Minimap rows={rows} duration={trace.duration || 1} view={view} colors={colors} onView={setView} />
      <div className={css.body}>
        <Waterfall
          rows={shown}
          total={trace.duration || 1}
          view={view}
          colors={colors}
          folded={folded}
          selected={selected}
          found={found}
          scroller={scroller}
          onFold={fold}
          onSelect={select}
        />
        {open && <SpanPanel span={open} byId={byId} onSelect={select} />}
      </div>
    </section>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface SummaryProps {
  readonly trace: TraceDetail;
  readonly depth: number;
  readonly colors: ReadonlyMap<string, string>;
}

function Summary({ trace, depth, colors }: SummaryProps) {
  const { trace: words } = useText();
  const facts: [string, string][] = [
    [words.start, dateTime(trace.start)],
    [words.duration, duration(trace.duration)],
    [words.spans, count(trace.spans.length)],
    [words.errors, count(trace.errors)],
    [words.depth, count(depth)],
  ];
  return (
    <header className={css.summary}>
      <code title={trace.ids.join('\n')}>{trace.id}</code>
      {facts.map(([name, value]) => (
        <span key={name}>
          {name} <b data-bad={name === words.errors && trace.errors > 0}>{value}</b>
        </span>
      ))}
      <ul aria-label={words.services}>
        {trace.services.map(({ name, spans }) => (
          <li key={name}>
            <i style={{ background: colors.get(name) }} />
            {name} <small>{count(spans)}</small>
          </li>
        ))}
      </ul>
      {trace.truncated && <strong role="status">{words.truncated(trace.spans.length)}</strong>}
    </header>
  );
}

interface FindProps {
  readonly q: string;
  readonly found: number;
  readonly change: (q: string) => void;
}

function Find({ q, found, change }: FindProps) {
  const { trace } = useText();
  return (
    <div className={css.find}>
      <FilterBox label={trace.find} placeholder={trace.find} value={q} width={240} onChange={change} />
      <span role="status">{q !== '' && trace.found(found)}</span>
      <details className={css.keys}>
        <summary>{trace.keys}</summary>
        <dl>
          {trace.keyList.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
