import type { TraceDetail } from '@sonde/api';
import type { Blame } from '../../base/critical-path.ts';
import { count, duration, percent } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import css from './summary.module.css';

interface SummaryProps {
  readonly trace: TraceDetail;
  readonly depth: number;
  readonly colors: ReadonlyMap<string, string>;
  readonly blames: readonly Blame[];
  readonly light: string | undefined;
  readonly onLight: (service: string | undefined) => void;
}

/** What the trace is, and whose time it took: a bar of its critical path, and a button a service that makes it stand out. */
export function Summary({ trace, depth, colors, blames, light, onLight }: SummaryProps) {
  const { trace: words } = useText();
  const facts: [name: string, value: string, formula: string][] = [
    [words.start, dateTime(trace.start), 'traceBegin'],
    [words.duration, duration(trace.duration), 'traceDuration'],
    [words.spans, count(trace.spans.length), 'traceSpans'],
    [words.errors, count(trace.errors), 'traceErrors'],
    [words.depth, count(depth), 'traceDepth'],
  ];
  const all = blames.reduce((sum, { time }) => sum + time, 0);
  const shareOf = (time: number | undefined) => (time === undefined || all === 0 ? null : time / all);
  const own = new Map(blames.filter(({ kind }) => kind === 'service').map(({ name, time }) => [name, time]));
  const wordOf = ({ kind, name }: Blame) => (kind === 'called' ? words.called(name) : words.blames[kind]);
  const others = blames.filter(({ kind }) => kind !== 'service');
  return (
    <header className={css.summary}>
      <code title={trace.ids.join('\n')}>{trace.id}</code>
      <dl>
        {facts.map(([name, value, formula]) => (
          <div key={name}>
            <dt>{name}</dt> <dd data-bad={name === words.errors && trace.errors > 0}>{value}</dd>
            <dd>
              <ExplainLink number={formula} of={name} />
            </dd>
          </div>
        ))}
      </dl>
      {trace.truncated && <strong role="status">{words.truncated(trace.spans.length)}</strong>}
      <ul aria-label={words.services} title={words.shareHelp}>
        {trace.services.map(({ name, spans }) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={light === name}
              onClick={() => onLight(light === name ? undefined : name)}
            >
              <i style={{ background: `var(${colors.get(name)})` }} />
              {name} <small>{count(spans)}</small> <Share of={shareOf(own.get(name))} />
            </button>
          </li>
        ))}
        {others.map((blame) => (
          <li key={`${blame.kind} ${blame.name}`}>
            <i data-kind={blame.kind} />
            {wordOf(blame)} <Share of={shareOf(blame.time)} />
          </li>
        ))}
      </ul>
      <div className={css.blame} role="img" aria-label={words.criticalPath}>
        {blames.map(({ kind, name, time }) => (
          <i
            key={`${kind} ${name}`}
            data-kind={kind}
            title={`${name || wordOf({ kind, name, time })} ${duration(time)}`}
            style={{
              width: `${(time / Math.max(1, all)) * 100}%`,
              ...(kind === 'service' ? { background: `var(${colors.get(name)})` } : {}),
            }}
          />
        ))}
      </div>
    </header>
  );
}

const Share = ({ of }: { readonly of: number | null }) => of !== null && <b>{percent(of)}</b>;
