import type { Alert, Meta, Overview } from '@sonde/api';
import { useMemo } from 'react';
import { duration, rate } from '../../base/format.ts';
import { dragRange } from '../../base/time.ts';
import { useSetRange } from '../../data/settings.ts';
import { useText } from '../../data/text.ts';
import { Chart, type ChartMark, type ChartSeries } from '../chart.tsx';
import { Histogram } from '../histogram.tsx';
import { Panel } from '../page.tsx';
import css from './monitoring.module.css';

/** Colours of lines in their order; a percentile above 90 takes the strong ones. */
const LINE_COLORS = ['--data-p50', '--data-p75', '--data-p99', '--data-p95', '--data-requests', '--data-2xx'];
const ERROR_COLORS = ['--data-5xx', '--data-p99', '--data-p95', '--data-p75', '--data-p50', '--data-avg'];
const CLIENT_COLORS = ['--data-4xx', '--data-3xx', '--data-2xx'];

const isClientError = (status: string) => /^4(\d\d|xx)$/.test(status);

interface ChartsProps {
  readonly overview: Overview;
  readonly meta: Meta;
  /** Marked where they began. */
  readonly alerts?: readonly Alert[];
}

const NO_ALERTS: readonly Alert[] = [];

const MARK_COLORS: Record<string, string> = { critical: '--bad', warning: '--warn', info: '--accent' };

/** Alerts as charts mark them: where they began, with what they are about. */
export const marksOf = (alerts: readonly Alert[]): ChartMark[] =>
  alerts.map(({ started, ruleName, part, severity }) => ({
    time: started,
    label: part === '' ? ruleName : `${ruleName}: ${part}`,
    color: MARK_COLORS[severity] ?? '--faint',
  }));

/** Requests, latency, errors by status and Apdex, over one axis of time. */
export function OverviewCharts({ overview, meta, alerts = NO_ALERTS }: ChartsProps) {
  const text = useText();
  const { measures, service: words, overview: texts } = text;
  const setRange = useSetRange();
  const { points, pointsBefore, step, percentiles, statuses, name } = overview;
  const seconds = step / 1000;
  const shared = {
    times: points.map(({ time }) => time),
    step,
    from: meta.from,
    to: meta.to,
    marks: marksOf(alerts),
    onZoom: (a: number, b: number) => setRange(dragRange(a, b)),
  };
  const series = useMemo(() => {
    const before = new Map(pointsBefore.map((point) => [point.time, point]));
    const earlier = (of: (point: Overview['points'][number]) => number | null) =>
      points.map(({ time }) => {
        const point = before.get(time);
        return point === undefined ? null : of(point);
      });
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
    const latency: ChartSeries[] = [
      { name: measures.avg, color: '--data-avg', kind: 'line', dashed: true, values: points.map(({ avg }) => avg) },
      ...percentiles.map(
        (p, i): ChartSeries => ({
          name: `P${p}`,
          color: LINE_COLORS[i % LINE_COLORS.length],
          kind: 'line',
          values: points.map(({ lines }) => lines[i]),
        }),
      ),
    ];
    if (pointsBefore.length > 0) {
      const line = { color: '--faint', kind: 'line', dashed: true } as const;
      requests.push({ ...line, name: texts.before(measures.requests), values: earlier((p) => p.requests / seconds) });
      const last = percentiles.length - 1;
      latency.push({ ...line, name: texts.before(`P${percentiles[last]}`), values: earlier((p) => p.lines[last]) });
    }
    let [bad, client] = [0, 0];
    const errors = statuses
      .filter(({ status, isError }) => isError || isClientError(status))
      .map(({ status, isError, requests: counts }): ChartSeries => {
        const color = isError ? ERROR_COLORS[bad++ % 6] : CLIENT_COLORS[client++ % 3];
        return {
          name: text.errors.names[status] ?? status,
          color,
          kind: 'bar',
          values: counts.map((n) => n / seconds),
        };
      });
    const apdex: ChartSeries[] = [
      { name: texts.apdex, color: '--data-2xx', kind: 'line', values: points.map((point) => point.apdex) },
    ];
    if (pointsBefore.length > 0) {
      const values = earlier((point) => point.apdex);
      apdex.push({ name: texts.before(texts.apdex), color: '--faint', kind: 'line', dashed: true, values });
    }
    return { requests, latency, errors, apdex };
  }, [points, pointsBefore, percentiles, statuses, seconds, words, measures, texts, text]);

  const hint = <span className={css.hint}>{words.zoomHint}</span>;
  return (
    <div className={css.charts}>
      <Panel title={words.requestsChart} aside={hint} formula="requests" query="steps of the view">
        <Chart {...shared} label={`${words.requestsChart}: ${name}`} series={series.requests} format={rate} />
      </Panel>
      <Panel title={words.latencyChart} aside={hint} formula="percentile" query="steps of the view">
        <Chart {...shared} label={`${words.latencyChart}: ${name}`} series={series.latency} format={duration} />
      </Panel>
      <Panel title={texts.statusChart} aside={hint} formula="requests" query="statuses by step">
        {series.errors.length === 0 ? (
          <p className={css.empty}>{texts.noErrors}</p>
        ) : (
          <Chart
            {...shared}
            label={`${texts.statusChart}: ${name}`}
            series={series.errors}
            format={rate}
            height={150}
          />
        )}
      </Panel>
      <Panel title={texts.satisfaction} aside={hint} formula="apdex" query="steps of the view">
        <Chart
          {...shared}
          label={`${texts.satisfaction}: ${name}`}
          series={series.apdex}
          format={(value) => value.toFixed(2)}
          most={1}
          height={150}
        />
      </Panel>
    </div>
  );
}

/** How the durations of the whole range are spread. */
export function Distribution({ overview }: { readonly overview: Overview }) {
  const { overview: texts } = useText();
  return (
    <Panel title={texts.histogram} aside={<span className={css.hint}>{texts.histogramHelp}</span>} formula="histogram">
      <Histogram label={`${texts.histogram}: ${overview.name}`} bars={overview.histogram} />
    </Panel>
  );
}
