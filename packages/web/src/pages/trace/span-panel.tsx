import { ActionIcon } from '@mantine/core';
import type { TraceDetail, TraceSpan } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { duration } from '../../base/format.ts';
import { HOP_PARTS, hopsOf } from '../../base/hops.ts';
import { useText } from '../../data/text.ts';
import { useTraceLogs } from '../../data/traces.ts';
import { Icon } from '../../widgets/icon.tsx';
import { HopBar, HopParts } from './hop-bar.tsx';
import { LogList } from './logs.tsx';
import { SourceBadge } from './source-badge.tsx';
import css from './span-panel.module.css';
import { WhyLinked } from './why-linked.tsx';

interface SpanPanelProps {
  readonly trace: TraceDetail;
  readonly span: TraceSpan;
  readonly byId: ReadonlyMap<string, TraceSpan>;
  readonly onSelect: (id: string | undefined) => void;
}

/** Everything known of one span. */
export function SpanPanel({ trace: whole, span, byId, onSelect }: SpanPanelProps) {
  const { trace } = useText();
  const parent = byId.get(span.parent);
  const facts: [string, string][] = [
    [trace.offset, duration(span.offset)],
    [trace.duration, duration(span.duration)],
    [trace.kind, span.kind],
    [trace.instance, span.instance],
    [trace.host, span.host],
    [trace.spanId, span.id],
    [trace.status, span.statusMessage],
  ];
  return (
    <aside className={css.panel} aria-label={trace.details}>
      <header>
        <SourceBadge source={span.source} />
        <h2 data-error={span.error}>
          {span.service} <span>{span.name}</span>
        </h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={trace.close}
          onClick={() => onSelect(undefined)}
        >
          <Icon name="close" size={14} />
        </ActionIcon>
      </header>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {span.clockShift !== 0 && <p className={css.note}>{trace.clock(duration(Math.abs(span.clockShift)))}</p>}
      <OwnHop span={span} byId={byId} />
      <WhyLinked span={span} parent={parent} byId={byId} onSelect={onSelect} />
      {span.source === 'application' && <OwnLogs trace={whole} span={span} />}
      <Attributes span={span} />
      {span.events.length > 0 && (
        <section aria-label={trace.events}>
          <h3>{trace.events}</h3>
          <ul className={css.candidates}>
            {span.events.map((event) => (
              <li key={`${event.offset} ${event.name}`}>
                {duration(event.offset)} <b>{event.name}</b> <code>{JSON.stringify(event.attributes)}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

/** Only spans of an application have logs: its log records carry the ids that it knows. */
function OwnLogs({ trace, span }: Pick<SpanPanelProps, 'trace' | 'span'>) {
  const { trace: words } = useText();
  const { data } = useTraceLogs(trace.id, span.id);
  if (data === undefined || data.logs.length === 0) return null;
  return (
    <section aria-label={words.views.logs}>
      <h3>{words.views.logs}</h3>
      <LogList trace={trace} logs={data.logs} />
    </section>
  );
}

function Attributes({ span }: { readonly span: TraceSpan }) {
  const { trace } = useText();
  const all = Object.entries(span.attributes).sort(([a], [b]) => a.localeCompare(b));
  return (
    <section aria-label={trace.attributes}>
      <h3>{trace.attributes}</h3>
      {all.length === 0 && <p className={css.note}>{trace.noAttributes}</p>}
      <table className={css.attributes}>
        <tbody>
          {all.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>
                <Link to="/traces" search={{ text: `${key}=${value}` }} title={trace.findSame(`${key}=${value}`)}>
                  {value}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface OwnHopProps {
  readonly span: TraceSpan;
  readonly byId: ReadonlyMap<string, TraceSpan>;
}

/** For either end of a call that both ends saw: where its time went. A message that is not answered took none. */
function OwnHop({ span, byId }: OwnHopProps) {
  const { trace } = useText();
  const hop = useMemo(
    () => hopsOf([...byId.values()]).find(({ caller, client, server }) => [caller, client, server].includes(span)),
    [byId, span],
  );
  if (hop === undefined || hop.server === null) return null;
  const total = HOP_PARTS.reduce((sum, part) => sum + hop.parts[part], 0);
  if (total === 0) return null;
  return (
    <section aria-label={trace.hop}>
      <h3>{trace.hop}</h3>
      <HopBar hop={hop} most={total} />
      <HopParts hop={hop} />
    </section>
  );
}
