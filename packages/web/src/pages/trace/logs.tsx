import type { LogRecord, TraceDetail } from '@sonde/api';
import { useMemo, useState } from 'react';
import { bytes, duration } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import { useText } from '../../data/text.ts';
import { useTraceLogs } from '../../data/traces.ts';
import { Notice } from '../../widgets/notice.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import css from './logs.module.css';

interface LogsProps {
  readonly trace: TraceDetail;
  readonly q: string;
  readonly light: string | undefined;
  readonly onSelect: (id: string) => void;
}

/** What the services of the trace wrote into their logs about it, in order. */
export function Logs({ trace, q, light, onSelect }: LogsProps) {
  const { trace: words } = useText();
  const query = useTraceLogs(trace.id);
  return (
    <QueryView query={query}>
      {({ logs, truncated }) =>
        logs.length === 0 ? (
          <Notice title={words.noLogs} hint={words.noLogsHint} />
        ) : (
          <div className={css.logs}>
            {truncated && <p role="status">{words.logsTruncated(logs.length)}</p>}
            <LogList
              trace={trace}
              logs={logs.filter((log) => (light === undefined || log.service === light) && holds(log, q))}
              onSelect={onSelect}
            />
          </div>
        )
      }
    </QueryView>
  );
}

const holds = ({ body, service, attributes }: LogRecord, q: string) =>
  q === '' ||
  [body, service, ...Object.values(attributes)].some((text) => text.toLowerCase().includes(q.toLowerCase()));

interface LogListProps {
  readonly trace: TraceDetail;
  readonly logs: readonly LogRecord[];
  /** Without it the logs are those of one span. */
  readonly onSelect?: (id: string) => void;
}

export function LogList({ trace, logs, onSelect }: LogListProps) {
  const { trace: words } = useText();
  const shifts = useMemo(() => new Map(trace.spans.map(({ id, clockShift }) => [id, clockShift])), [trace]);
  return (
    <ol className={onSelect ? css.list : `${css.list} ${css.own}`} aria-label={words.views.logs}>
      {logs.map((log, i) => {
        const shift = shifts.get(log.span);
        const offset = (log.time - trace.start) * 1e6 - (shift ?? 0);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two logs may be the same in everything
          <Log key={i} log={log} offset={offset} onSpan={shift === undefined ? undefined : onSelect} />
        );
      })}
    </ol>
  );
}

interface LogProps {
  readonly log: LogRecord;
  /** Nanoseconds after the start of the trace. */
  readonly offset: number;
  readonly onSpan: ((id: string) => void) | undefined;
}

function Log({ log, offset, onSpan }: LogProps) {
  const { trace: words } = useText();
  const [isOpen, setOpen] = useState(false);
  const cut = log.bodyBytes > new TextEncoder().encode(log.body).length;
  return (
    <li className={css.log}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time title={dateTime(log.time)}>{duration(offset)}</time>
        <b data-level={log.level}>{log.level ?? log.severityText}</b>
        <i>{log.service}</i>
        <span>{log.body.split('\n', 1)[0] || log.event}</span>
      </button>
      {isOpen && (
        <div className={css.whole}>
          <pre>{log.body}</pre>
          {cut && <p>{words.logCut(bytes(log.bodyBytes))}</p>}
          <dl>
            {Object.entries({ time: dateTime(log.time), logger: log.scope, ...log.attributes })
              .filter(([, value]) => value !== '')
              .map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
          </dl>
          {onSpan && (
            <button type="button" className={css.span} onClick={() => onSpan(log.span)}>
              {words.showSpan}
            </button>
          )}
        </div>
      )}
    </li>
  );
}
