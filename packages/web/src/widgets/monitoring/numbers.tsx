import type { Overview, OverviewNumbers } from '@sonde/api';
import { bytes, count, duration, exact, percent, perSecond } from '../../base/format.ts';
import { errorLevel } from '../../base/health.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../explain-link.tsx';
import { Stat, Stats } from '../stat.tsx';
import css from './monitoring.module.css';

/** `+12 %` of a number against what it was; nothing where there is nothing to hold it against. */
function changeOf(now: number | null, before: number | null | undefined): string | null {
  if (now === null || before === null || before === undefined) return null;
  if (before === 0) return now === 0 ? '±0 %' : null;
  const change = (now / before - 1) * 100;
  const text = Math.abs(change) < 10 ? change.toFixed(1) : change.toFixed(0);
  if (text === '0.0' || text === '-0.0') return '±0 %';
  return `${change > 0 ? '+' : ''}${text} %`;
}

const apdexText = (value: number | null) => (value === null ? '—' : value.toFixed(2));

/** An Apdex below 0.85 is "fair", below 0.7 "poor" (Apdex Technical Specification 1.1). */
const apdexLevel = (value: number | null) =>
  value === null ? 'none' : value < 0.7 ? 'bad' : value < 0.85 ? 'warn' : 'ok';

/** The numbers of an overview, each with its change and a link to how it is made. */
export function Numbers({ overview }: { readonly overview: Overview }) {
  const { measures, service: words, overview: texts } = useText();
  const { numbers, before, percentiles, apdexThreshold, slowThreshold } = overview;
  const change = (of: (numbers: OverviewNumbers) => number | null) => {
    const text = changeOf(of(numbers), before && of(before.numbers));
    return text && <span title={texts.change(text)}>{text}</span>;
  };
  const note = (of: (numbers: OverviewNumbers) => number | null, formula: string, more?: string) => (
    <span className={css.note}>
      {more} {change(of)} <ExplainLink number={formula} />
    </span>
  );
  return (
    <Stats label={words.inSum}>
      <Stat
        label={measures.requests}
        value={count(numbers.requests)}
        title={exact(numbers.requests)}
        note={note((n) => n.requests, 'requests')}
      />
      <Stat
        label={measures.rate}
        value={perSecond(numbers.rate)}
        note={note((n) => n.rate, 'rate', measures.rateUnit)}
      />
      <Stat
        label={measures.errorRate}
        value={percent(numbers.errorRate)}
        level={errorLevel(numbers.errorRate)}
        note={note((n) => n.errorRate, 'errorRate', `${measures.errors} ${count(numbers.errors)}`)}
      />
      <Stat
        label={texts.clientErrors}
        title={texts.clientErrorsHelp}
        value={percent(numbers.clientErrorRate)}
        note={note((n) => n.clientErrorRate, 'clientErrorRate', count(numbers.clientErrors))}
      />
      <Stat
        label={texts.apdex}
        title={texts.apdexHelp(duration(apdexThreshold))}
        value={apdexText(numbers.apdex)}
        level={apdexLevel(numbers.apdex)}
        note={note((n) => n.apdex, 'apdex', duration(apdexThreshold))}
      />
      <Stat label={measures.avg} value={duration(numbers.latency.avg)} note={note((n) => n.latency.avg, 'avg')} />
      {percentiles.map((p, i) => (
        <Stat key={p} label={`P${p}`} value={duration(numbers.lines[i])} note={note((n) => n.lines[i], 'percentile')} />
      ))}
      <Stat label={texts.max} value={duration(numbers.max)} note={note((n) => n.max, 'max')} />
      <Stat
        label={texts.slow(duration(slowThreshold))}
        value={percent(numbers.slowRate)}
        note={note((n) => n.slowRate, 'slowRate', count(numbers.slow))}
      />
      <Stat
        label={measures.bytesIn}
        title={measures.bytesInHelp}
        value={bytes(numbers.requestBytes)}
        note={note((n) => n.requestBytes, 'requestBytes')}
      />
      <Stat
        label={measures.bytesOut}
        title={measures.bytesOutHelp}
        value={bytes(numbers.responseBytes)}
        note={note((n) => n.responseBytes, 'responseBytes')}
      />
    </Stats>
  );
}
