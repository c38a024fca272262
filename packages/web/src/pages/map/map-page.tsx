import { Button, SegmentedControl } from '@mantine/core';
import type { MapEdge, MapNode } from '@sonde/api';
import { lazy, Suspense, useMemo } from 'react';
import { busiest, surroundings, within } from '../../base/graph.ts';
import { useAlertGroups } from '../../data/alerts.ts';
import { useChoice } from '../../data/choice.ts';
import { useServiceMap } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { type Selection, selectionOf } from '../../widgets/service-graph/edge-id.ts';
import { Details } from './details.tsx';
import { edgeColumns, nodeColumns } from './export.ts';
import { Finder } from './finder.tsx';
import { Legend } from './legend.tsx';
import css from './map-page.module.css';
import { FILLS, mapRoute } from './route.ts';

const ServiceGraph = lazy(() => import('../../widgets/service-graph/service-graph.tsx'));

/** More cards than this nobody can read, and arranging them takes seconds. */
const MOST_NODES = 200;
const DEFAULT_HOPS = 1;

function cut(nodes: readonly MapNode[], edges: readonly MapEdge[], focus: string | undefined, hops: number) {
  if (focus === undefined) return busiest(nodes, edges, MOST_NODES);
  const near = within(surroundings(focus, edges, hops), nodes, edges);
  return busiest(near.nodes, near.edges, MOST_NODES);
}

export function MapPage() {
  const text = useText();
  const query = useServiceMap();
  return (
    <Page title={text.map.title} meta={query.data?.meta} fill>
      <QueryView query={query}>
        {({ nodes, edges }) =>
          nodes.length === 0 ? (
            <Notice title={text.map.empty} hint={text.map.emptyHint} />
          ) : (
            <MapView nodes={nodes} edges={edges} />
          )
        }
      </QueryView>
    </Page>
  );
}

function MapView({ nodes, edges }: { readonly nodes: readonly MapNode[]; readonly edges: readonly MapEdge[] }) {
  const text = useText();
  const { fill = 'errors', focus, hops = DEFAULT_HOPS } = mapRoute.useSearch();
  const navigate = mapRoute.useNavigate();
  const alerts = useAlertGroups();
  const [chosen, setChosen] = useChoice('selected', '');
  const selection = useMemo(() => selectionOf(chosen), [chosen]);
  const setSelection = (next: Selection) => setChosen(next === null ? '' : `${next.kind} ${next.id}`);
  const drawn = useMemo(() => cut(nodes, edges, focus, hops), [nodes, edges, focus, hops]);
  const setFocus = (id: string | undefined, reach?: number) =>
    navigate({ search: (previous) => ({ ...previous, focus: id, hops: reach }) });
  const open = (node: MapNode) => navigate({ to: '/services/$name', params: { name: node.name } });
  return (
    <section className={css.map} aria-label={text.map.title}>
      <div className={css.bar}>
        <Finder nodes={nodes} onFind={(id) => setFocus(id, hops)} />
        {focus !== undefined && (
          <>
            <SegmentedControl
              size="xs"
              aria-label={text.map.focus}
              value={String(hops)}
              onChange={(value) => setFocus(focus, Number(value))}
              data={[1, 2, 3].map((n) => ({ value: String(n), label: text.map.hops(n) }))}
            />
            <Button size="xs" variant="default" onClick={() => setFocus(undefined)}>
              {text.map.unfocus}
            </Button>
          </>
        )}
        <div className={css.fill}>
          <span id="map-fill">{text.map.fill}</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="map-fill"
            value={fill}
            onChange={(value) =>
              navigate({
                search: (previous) => ({ ...previous, fill: FILLS.find((each) => each === value) }),
                replace: true,
              })
            }
            data={FILLS.map((value) => ({ value, label: text.map.fills[value] }))}
          />
          <Legend fill={fill} />
          <ExportMenu label={text.map.services} columns={nodeColumns(text)} rows={nodes} />
          <ExportMenu label={text.map.callsTitle} columns={edgeColumns(text)} rows={edges} />
        </div>
      </div>
      {focus === undefined && drawn.nodes.length < nodes.length && (
        <p className={css.capped} role="status">
          {text.map.capped(drawn.nodes.length, nodes.length)}
        </p>
      )}
      <div className={css.canvas}>
        <Suspense fallback={<p className={css.waiting}>{text.map.arranging}</p>}>
          <ServiceGraph
            {...drawn}
            fill={fill}
            alerts={alerts}
            selection={selection}
            onSelect={setSelection}
            onOpen={open}
          />
        </Suspense>
        <Details
          nodes={nodes}
          edges={edges}
          alerts={alerts}
          selection={selection}
          onClose={() => setSelection(null)}
          onFocus={(id) => setFocus(id)}
        />
      </div>
      <p className={css.hint}>{text.map.hint}</p>
    </section>
  );
}
