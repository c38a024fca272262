import type { Measurement, Meta, Panel as PanelSpec } from '@sonde/api';
import type { ReactNode } from 'react';
import { colorOf, formatOf, formulaOf, mostOf } from '../../base/panels.ts';
import { dragRange } from '../../base/time.ts';
import { type Scope, useMeasurement } from '../../data/dashboards.ts';
import { useSetRange } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Chart } from '../../widgets/chart.tsx';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { Panel } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { Ring } from '../../widgets/ring.tsx';
import { Sparkline } from '../../widgets/sparkline.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import css from './dashboards.module.css';
import { titleOf, useDashboardText } from './text.ts';

const HEIGHTS = { normal: 190, tall: 340 } as const;

/** The place it takes before its numbers are there. */
const heightOf = ({ chart, height }: PanelSpec) => (chart === 'number' ? 48 : HEIGHTS[height] + 24);

/** All of one service is no group of services. */
const queryOf = ({ group, filter }: PanelSpec, { service }: Scope) =>
  `totals by ${group === 'service' && (service ?? filter.service) !== undefined ? 'none' : group}`;

type Series = Measurement['series'][number];

interface PanelViewProps {
  readonly panel: PanelSpec;
  readonly scope: Scope;
  readonly tools?: ReactNode;
}

export function PanelView({ panel, scope, tools }: PanelViewProps) {
  const words = useDashboardText();
  const text = useText();
  const query = useMeasurement(panel, scope);
  const title = titleOf(panel, words);
  const columns = [
    {
      header: words.groups[panel.group],
      value: ({ key, percentile }: Series) => key || (percentile === null ? '' : `P${percentile}`),
    },
    { header: words.metrics[panel.metric], value: ({ total }: Series) => total },
  ];
  const aside = (
    <span className={css.aside}>
      {query.data?.side === 'client' && <small title={text.side.clientHelp}>{text.side.short}</small>}
      {panel.chart === 'table' && query.data && <ExportMenu label={title} columns={columns} rows={query.data.series} />}
      <ExplainLink number={formulaOf(panel.metric)} query={queryOf(panel, scope)} of={title} />
      {tools}
    </span>
  );
  return (
    <Panel title={title} aside={aside}>
      {query.isPending && (
        <div
          className={css.waiting}
          style={{ height: heightOf(panel) }}
          role="status"
          aria-label={text.state.loading}
        />
      )}
      {!query.isPending && (
        <QueryView query={query}>
          {({ meta, ...measured }) =>
            measured.series.every(({ requests }) => requests === 0) ? (
              <p className={css.empty}>{words.nothing}</p>
            ) : (
              <Drawing panel={panel} title={title} measured={measured} meta={meta} />
            )
          }
        </QueryView>
      )}
    </Panel>
  );
}

interface DrawingProps {
  readonly panel: PanelSpec;
  readonly title: string;
  readonly measured: Omit<Measurement, 'meta'>;
  readonly meta: Meta;
}

function Drawing({ panel, title, measured, meta }: DrawingProps) {
  const { errors } = useText();
  const words = useDashboardText();
  const setRange = useSetRange();
  const format = formatOf(panel.metric);
  const { series, times, step } = measured;
  const nameOf = ({ key, percentile }: Series) => {
    if (panel.group !== 'none') return errors.names[key] ?? (key || '—');
    return percentile === null ? words.metrics[panel.metric] : `P${percentile}`;
  };
  if (panel.chart === 'number') {
    return (
      <div className={css.numbers}>
        <Stats label={title}>
          {series.map((each) => (
            <Stat key={`${each.key} ${each.percentile}`} label={nameOf(each)} value={format(each.total)} />
          ))}
        </Stats>
      </div>
    );
  }
  if (panel.chart === 'ring') {
    const parts = series.map((each) => ({ key: nameOf(each), value: each.total ?? 0 }));
    return <Ring label={title} parts={parts} tone={panel.metric === 'errors' ? 'alarm' : 'calm'} format={format} />;
  }
  if (panel.chart === 'table') {
    const rows = series.toSorted((a, b) => (b.total ?? -1) - (a.total ?? -1));
    return (
      <div className={css.scroll} style={{ maxHeight: HEIGHTS[panel.height] }}>
        <table className={css.table}>
          <tbody>
            {rows.map((each) => (
              <tr key={`${each.key} ${each.percentile}`}>
                <th scope="row" title={nameOf(each)}>
                  {nameOf(each)}
                </th>
                <td>
                  <Sparkline values={each.values.map((value) => value ?? 0)} label={nameOf(each)} />
                </td>
                <td>{format(each.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  return (
    <Chart
      label={title}
      times={times}
      step={step}
      from={meta.from}
      to={meta.to}
      height={HEIGHTS[panel.height]}
      format={format}
      most={mostOf(panel.metric)}
      onZoom={(a, b) => setRange(dragRange(a, b))}
      series={series.map((each, i) => ({
        name: nameOf(each),
        color: colorOf(panel, each, i),
        kind: panel.chart === 'bar' ? 'bar' : 'line',
        values: each.values,
      }))}
    />
  );
}
