import { useMantineColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { clock, dateTime } from '../base/time.ts';
import css from './chart.module.css';
import type { ChartProps, ChartSeries } from './chart.tsx';
import { useDrag } from './use-drag.ts';

echarts.use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

/** Charts of one group share the crosshair. */
const GROUP = 'page';
echarts.connect(GROUP);

const DAY_MS = 86_400_000;

/** A lone point between two gaps has no line to show it, so it gets a dot. */
function withDots(values: readonly (number | null)[], x: (index: number) => number) {
  return values.map((value, index) => {
    const lone = value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    return { value: [x(index), value], symbol: lone ? 'circle' : 'none', symbolSize: 4 };
  });
}

/** The whole axis where values come near its end, or where there are none but zeros. */
function whole({ series, most }: ChartProps) {
  if (most === undefined) return {};
  const top = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return top === 0 || top > most / 2 ? { max: most, interval: most / 4 } : {};
}

function option(props: ChartProps, root: HTMLElement): echarts.EChartsCoreOption {
  const { times, step, from, to, series, format, marks = [] } = props;
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const middle = (index: number) => times[index] + step / 2;
  const start = (x: number) => x - step / 2;
  const stamp = (ms: number) => (to - from > DAY_MS ? dateTime(ms).slice(5) : clock(ms));
  const tick = (value: number) => (value === 0 ? '0' : format(value).replace(/\.0+(?=\D|$)/, ''));
  const draw = ({ name, color, kind, values, dashed }: ChartSeries) => ({
    name,
    type: kind,
    color: token(color),
    data: withDots(values, middle),
    animation: false,
    ...(kind === 'bar'
      ? { stack: 'bars', barCategoryGap: '20%', barMinWidth: 1 }
      : { lineStyle: { width: 1.6, type: dashed ? 'dashed' : 'solid' }, connectNulls: false }),
    emphasis: { disabled: true },
  });
  const lines = {
    symbol: ['none', 'triangle'],
    symbolSize: 7,
    silent: true,
    label: { show: false },
    animation: false,
    data: marks
      .filter(({ time }) => time >= from && time <= to)
      .map(({ time, color }) => ({
        xAxis: time,
        lineStyle: { color: token(color), type: 'solid', width: 1 },
        itemStyle: { color: token(color) },
      })),
  };
  return {
    animation: false,
    textStyle: { fontFamily: style.fontFamily },
    grid: { left: 4, right: 8, top: 8, bottom: 2, containLabel: true },
    xAxis: {
      type: 'time',
      min: from,
      max: to,
      axisLine: { lineStyle: { color: token('--line-strong') } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { color: token('--faint'), fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...whole(props),
      splitNumber: 3,
      axisLabel: { color: token('--faint'), fontSize: 11, formatter: tick },
      splitLine: { lineStyle: { color: token('--line') } },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      padding: [6, 10],
      backgroundColor: token('--raised'),
      borderColor: token('--line-strong'),
      textStyle: { color: token('--text'), fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: token('--faint'), width: 1 } },
      formatter: (points: { seriesName: string; marker: string; value: [number, number | null] }[]) => {
        const at = start(points[0].value[0]);
        const rows = points.map(
          ({ seriesName, marker, value }) =>
            `<tr><td>${marker}${echarts.format.encodeHTML(seriesName)}</td><td style="padding-left:14px;text-align:right;font-weight:600">${
              value[1] === null || Number.isNaN(value[1]) ? '—' : format(value[1])
            }</td></tr>`,
        );
        const marked = marks.filter(({ time }) => time >= at && time < at + step);
        const notes = marked.map(({ label }) => `<div>▲ ${echarts.format.encodeHTML(label)}</div>`).join('');
        return `<div style="margin-bottom:2px">${stamp(at)} – ${stamp(at + step)}</div><table style="border-spacing:0">${rows.join('')}</table>${notes}`;
      },
    },
    series: series.map((each, i) => (i === 0 ? { ...draw(each), markLine: lines } : draw(each))),
  };
}

export default function ChartCanvas(props: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const { colorScheme } = useMantineColorScheme();

  useEffect(() => {
    const made = echarts.init(element.current);
    made.group = GROUP;
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current!);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours the tokens stand for
  useEffect(() => {
    chart.current?.setOption(option(props, element.current!), { notMerge: true });
  }, [props, colorScheme]);

  const { drag, handlers } = useDrag((a, b) => {
    const timeAt = (x: number) => chart.current?.convertFromPixel({ xAxisIndex: 0 }, x) as unknown as number;
    const inside = (time: number) => Math.max(props.from, Math.min(props.to, time));
    props.onZoom(inside(timeAt(a)), inside(timeAt(b)));
  });

  return (
    <div className={css.canvas} {...handlers}>
      <div ref={element} className={css.canvas} role="img" aria-label={props.label} />
      {drag && (
        <div
          className={css.drag}
          style={{ left: Math.min(drag.start, drag.end), width: Math.abs(drag.end - drag.start) }}
        />
      )}
    </div>
  );
}
