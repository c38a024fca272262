import type { Alert, Meta, Network, NetworkNumbers } from '@sonde/api';
import { count, duration, percent } from '../../base/format.ts';
import { dragRange } from '../../base/time.ts';
import { useNetworkText } from '../../data/network-text.ts';
import { useSetRange } from '../../data/settings.ts';
import { Chart, type ChartSeries } from '../../widgets/chart.tsx';
import css from '../../widgets/monitoring/monitoring.module.css';
import { marksOf } from '../../widgets/monitoring/overview-charts.tsx';
import { Panel } from '../../widgets/page.tsx';

const FAILURES = [
  ['refused', '--data-5xx'],
  ['unanswered', '--data-p99'],
  ['reset', '--data-p95'],
  ['lost', '--data-p75'],
] as const;

interface NetworkChartsProps {
  readonly name: string;
  readonly network: Network;
  readonly meta: Meta;
  readonly alerts: readonly Alert[];
}

/** Retransmits, round-trip times and failures over one axis of time. */
export function NetworkCharts({ name, network: { points, step, numbers }, meta, alerts }: NetworkChartsProps) {
  const words = useNetworkText();
  const setRange = useSetRange();
  const shared = {
    times: points.map(({ time }) => time),
    step,
    from: meta.from,
    to: meta.to,
    marks: marksOf(alerts),
    onZoom: (a: number, b: number) => setRange(dragRange(a, b)),
  };
  const line = (label: string, color: string, of: (point: NetworkNumbers) => number | null): ChartSeries => ({
    name: label,
    color,
    kind: 'line',
    values: points.map(of),
  });
  const failed = FAILURES.filter(([key]) => numbers[key] > 0);
  return (
    <div className={css.charts}>
      <Panel
        title={words.retransmitRate}
        aside={<span className={css.hint}>{words.retransmitRateHelp}</span>}
        formula="retransmitRate"
        query="network over time"
      >
        <Chart
          {...shared}
          label={`${words.retransmitRate}: ${name}`}
          series={[line(words.retransmitRate, '--data-errors', (point) => point.retransmitRate)]}
          format={percent}
          most={1}
        />
      </Panel>
      <Panel
        title={words.rtt}
        aside={<span className={css.hint}>{words.rttHelp}</span>}
        formula="rttPercentile"
        query="network over time"
      >
        <Chart
          {...shared}
          label={`${words.rtt}: ${name}`}
          series={[
            { ...line(words.avg, '--data-avg', ({ rtt }) => rtt.avg), dashed: true },
            line('P50', '--data-p50', ({ rtt }) => rtt.p50),
            line('P95', '--data-p95', ({ rtt }) => rtt.p95),
          ]}
          format={duration}
        />
      </Panel>
      <Panel title={words.failures} formula="connections" query="network over time">
        {failed.length === 0 ? (
          <p className={css.empty}>{words.noFailures}</p>
        ) : (
          <Chart
            {...shared}
            label={`${words.failures}: ${name}`}
            series={failed.map(([key, color]) => ({
              name: words[key],
              color,
              kind: 'bar',
              values: points.map((point) => point[key]),
            }))}
            format={count}
            height={150}
          />
        )}
      </Panel>
      <Panel
        title={words.segments}
        aside={<span className={css.hint}>{words.segmentsHelp}</span>}
        formula="segments"
        query="network over time"
      >
        <Chart
          {...shared}
          label={`${words.segments}: ${name}`}
          series={[
            {
              name: words.segments,
              color: '--data-requests',
              kind: 'bar',
              values: points.map(({ segments }) => segments),
            },
          ]}
          format={count}
          height={150}
        />
      </Panel>
    </div>
  );
}
