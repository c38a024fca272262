import type { Meta, Point, ServiceDetail } from '@sonde/api';
import { useMemo } from 'react';
import { duration, rate } from '../../base/format.ts';
import { dragRange, fillSteps } from '../../base/time.ts';
import { useSetRange } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Chart, type ChartSeries } from '../../widgets/chart.tsx';
import { Panel } from '../../widgets/page.tsx';
import css from './service-page.module.css';

const LINES = ['avg', 'p50', 'p75', 'p95', 'p99'] as const;

/** A step in which the store has no row: no request was seen, so there is no latency either. */
const idle = (time: number): Point => ({
  time,
  requests: 0,
  errors: 0,
  avg: null,
  p50: null,
  p75: null,
  p95: null,
  p99: null,
});

export function Charts({ service, meta }: { readonly service: ServiceDetail; readonly meta: Meta }) {
  const { measures, service: words } = useText();
  const setRange = useSetRange();
  const { step } = service;
  const { from, to } = meta;
  const points = useMemo(() => fillSteps(service.series, step, from, to, idle), [service.series, step, from, to]);
  const seconds = step / 1000;
  const shared = {
    times: points.map(({ time }) => time),
    step,
    from,
    to,
    onZoom: (a: number, b: number) => setRange(dragRange(a, b)),
  };
  const requests: ChartSeries[] = [
    {
      name: words.ok,
      color: '--data-requests',
      kind: 'bar',
      values: points.map((point) => (point.requests - point.errors) / seconds),
    },
    {
      name: measures.errors,
      color: '--data-errors',
      kind: 'bar',
      values: points.map((point) => point.errors / seconds),
    },
  ];
  const latencies = LINES.map(
    (key): ChartSeries => ({
      name: measures[key],
      color: `--data-${key}`,
      kind: 'line',
      dashed: key === 'avg',
      values: points.map((point) => point[key]),
    }),
  );
  const hint = <span className={css.hint}>{words.zoomHint}</span>;
  if (service.series.length === 0) return null;
  return (
    <div className={css.charts}>
      <Panel title={words.requestsChart} aside={hint}>
        <Chart {...shared} label={`${words.requestsChart}: ${service.name}`} series={requests} format={rate} />
      </Panel>
      <Panel title={words.latencyChart} aside={hint}>
        <Chart {...shared} label={`${words.latencyChart}: ${service.name}`} series={latencies} format={duration} />
      </Panel>
    </div>
  );
}
