import { ActionIcon } from '@mantine/core';
import type { TraceSpan } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { duration } from '../../base/format.ts';
import { hopOf } from '../../base/trace-rows.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../../widgets/icon.tsx';
import { SourceBadge } from './source-badge.tsx';
import css from './span-panel.module.css';
import { WhyLinked } from './why-linked.tsx';

interface SpanPanelProps {
  readonly span: TraceSpan;
  readonly byId: ReadonlyMap<string, TraceSpan>;
  readonly onSelect: (id: string | undefined) => void;
}

/** Everything known of one span. */
export function SpanPanel({ span, byId, onSelect }: SpanPanelProps) {
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
      <HopBar span={span} parent={parent} byId={byId} />
      <WhyLinked span={span} parent={parent} onSelect={onSelect} />
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

interface HopBarProps {
  readonly span: TraceSpan;
  readonly parent: TraceSpan | undefined;
  readonly byId: ReadonlyMap<string, TraceSpan>;
}

/** For either end of a call that both ends saw: how its time splits into network, receive queue and server. */
function HopBar({ span, parent, byId }: HopBarProps) {
  const { trace } = useText();
  const below = () => [...byId.values()].find((each) => each.parent === span.id && each.link?.method === 'sequence');
  const [client, server] = span.link?.method === 'sequence' ? [parent, span] : [span, below()];
  if (client === undefined || server === undefined) return null;
  const hop = hopOf(client, server);
  const parts = (['network', 'queue', 'server'] as const).map((part) => ({ part, ns: hop[part] }));
  const total = parts.reduce((sum, { ns }) => sum + ns, 0) || 1;
  return (
    <section aria-label={trace.hop}>
      <h3>{trace.hop}</h3>
      <div className={css.hop} aria-hidden="true">
        {parts.map(({ part, ns }) => (
          <i key={part} data-part={part} style={{ width: `${(ns / total) * 100}%` }} />
        ))}
      </div>
      <p className={css.parts}>
        {parts.map(({ part, ns }) => (
          <span key={part} data-part={part}>
            {trace.hopParts[part]} <b>{duration(ns)}</b>
          </span>
        ))}
      </p>
    </section>
  );
}
